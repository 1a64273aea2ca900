using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Before an answer leaves, the model plays everyone whom it concerns, sees what would come of it, and revises (111, MATRIX).</summary>
/// <remarks>
/// Each role has a context of its own; a modulator passes on what happens to those who would learn of it. The answer is criticised by its consequences, not by rules that were written beforehand, and the revision
/// leaves only where the scorer puts it above the draft. Where nobody is harmed the draft leaves as it was.
/// </remarks>
/// <param name="inner">The client that answers, and plays all parts.</param>
/// <param name="rehearsal">How large the scene may be, and who chooses.</param>
public sealed class RehearsalChatClient(IChatClient inner, RehearsalOptions rehearsal) : DeliberatingChatClient(inner)
{
    /// <inheritdoc/>
    protected override string Strategy => "rehearsal";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var draft = await turn.AskAsync(turn.Conversation, cancellationToken).ConfigureAwait(false);
        turn.Keep(draft);
        if (Turn.IsStep(draft) || string.IsNullOrWhiteSpace(draft.Text))
            return draft;
        // What the caller's system messages say is told to the model that answers, and to nobody in the scene.
        var answer = $"{Quoted.Conversation(turn.Conversation.Where(message => message.Role != ChatRole.System))}\n{Quoted.Text("answer", draft.Text)}";
        var roles = SceneRole.Read(await turn.ThinkAsync([new(ChatRole.System, RehearsalPrompts.Roles), new(ChatRole.User, answer)], cancellationToken).ConfigureAwait(false), rehearsal.Roles);
        if (roles.Count == 0)
        {
            turn.Note("It concerns nobody.");
            return draft;
        }
        var scene = new SocialModulator(roles, answer);
        await scene.PlayAsync(turn, rehearsal.Interactions, cancellationToken).ConfigureAwait(false);
        var harms = await HarmsAsync(turn, roles, answer, cancellationToken).ConfigureAwait(false);
        turn.Reason($"Rehearsed with {string.Join(", ", roles.Select(role => role.Name))}.\n{string.Join('\n', scene.Log)}".TrimEnd());
        turn.Note($"{harms.Count} of {roles.Count} roles harmed.");
        return harms.Count == 0 ? draft : await ReviseAsync(turn, draft, answer, string.Join('\n', harms), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the answer does to each role that it harms, as that role sees it.</summary>
    private static async Task<IReadOnlyList<string>> HarmsAsync(Turn turn, IReadOnlyList<SceneRole> roles, string answer, CancellationToken cancellationToken)
    {
        var said = await Task.WhenAll(roles.Select(async role => await role.SufferAsync(turn, answer, cancellationToken).ConfigureAwait(false) is { } harm ? $"{role.Name}: {harm}" : null)).ConfigureAwait(false);
        return [.. said.OfType<string>()];
    }

    private async Task<ChatResponse> ReviseAsync(Turn turn, ChatResponse draft, string answer, string harms, CancellationToken cancellationToken)
    {
        turn.Reason(harms);
        var consequences = Quoted.Text("consequences", harms);
        var critique = await turn.ThinkAsync([new(ChatRole.System, RehearsalPrompts.Critique), new(ChatRole.User, $"{answer}\n{consequences}")], cancellationToken).ConfigureAwait(false);
        turn.Reason(critique);
        var revised = await turn.AskAsync(SystemText.After(turn.Conversation, $"{Quoted.Notice}\n{Quoted.Text("your draft", draft.Text)}\n{Quoted.Text("what is wrong with it", Clipped.Text(critique))}\n{RehearsalOptions.Again}"), cancellationToken).ConfigureAwait(false);
        if (Turn.IsStep(revised) || string.IsNullOrWhiteSpace(revised.Text))
            return draft;
        var scorer = rehearsal.Scorer ?? new ModelScorer($"It does what was asked for, and brings about none of this: {consequences}");
        var best = await Candidates.BestAsync(turn, [new(0, draft), new(1, revised)], candidate => scorer.ScoreAsync(new ChatAnswer(turn.Conversation, candidate.Answer.Text), turn, cancellationToken).AsTask()).ConfigureAwait(false);
        return best.Answer;
    }
}

/// <summary>How <see cref="RehearsalChatClient"/> works.</summary>
public sealed record RehearsalOptions
{
    /// <summary>What stands behind the critique when an answer is asked for again.</summary>
    public const string Again = "Answer the conversation again: keep what is good in your draft, and mend what is wrong with it. Say nothing of the draft.";

    /// <summary>The most roles of a scene, 1 to 16.</summary>
    public int Roles
    {
        get;
        init => field = value is >= 1 and <= 16 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A scene has 1 to 16 roles.");
    } = 4;

    /// <summary>The most actions of a scene, 0 to 64; each is two calls.</summary>
    public int Interactions
    {
        get;
        init => field = value is >= 0 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A scene has 0 to 64 actions.");
    } = 6;

    /// <summary>What says which of draft and revision is better; null: the model is asked, by the consequences.</summary>
    public IAnswerScorer? Scorer { get; init; }
}
