using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Answers, is asked to check the answer against the rules, and answers again (035: the self-refinement that Align3 is compared with).</summary>
/// <remarks>What a rule's check forbids never leaves: the draft is preferred over a revision that breaks one, and a refusal that names the rule over both.</remarks>
/// <param name="inner">The client that answers, with the rules in its prompt.</param>
/// <param name="specification">What to hold the answer to.</param>
/// <param name="reflection">How often to look again, and what the placeholders of checks stand for.</param>
public sealed class ReflectingChatClient(IChatClient inner, Specification specification, ReflectionOptions reflection) : DeliberatingChatClient(inner)
{
    private readonly CheckJudge _checks = new(reflection.Placeholders);

    /// <inheritdoc/>
    protected override string Strategy => "reflection";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var answer = await turn.AskAsync(turn.Conversation, cancellationToken).ConfigureAwait(false);
        turn.Keep(answer);
        for (var round = 0; round < reflection.Rounds && !Turn.IsStep(answer); round++)
        {
            ChatMessage[] review = [.. turn.Conversation, new(ChatRole.Assistant, answer.Text), new(ChatRole.User, SpecificationPrompt.Review)];
            var revised = await turn.AskAsync(review, cancellationToken).ConfigureAwait(false);
            var settled = revised.Text == answer.Text;
            if (string.IsNullOrWhiteSpace(revised.Text) || Turn.IsStep(revised) || _checks.FirstBroken(specification, revised.Text) is not null)
            {
                turn.Note("The revision was dropped.");
                break;
            }

            turn.Keep(answer = revised);
            if (settled)
                break;
        }
        return answer;
    }

    /// <inheritdoc/>
    protected override ChatResponse Release(Turn turn, ChatResponse answer) => CheckedRelease.Of(_checks, specification, turn, answer);
}

/// <summary>How <see cref="ReflectingChatClient"/> works.</summary>
public sealed record ReflectionOptions
{
    /// <summary>How often the answer is looked at again, 1 to 5.</summary>
    public int Rounds
    {
        get;
        init => field = value is >= 1 and <= 5 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "An answer is looked at again 1 to 5 times.");
    } = 1;

    /// <summary>What the placeholders in rules' checks stand for, for example <c>till-code</c>; a check whose placeholder is not known is passed over.</summary>
    public IReadOnlyDictionary<string, string> Placeholders { get; init; } = new Dictionary<string, string>();
}
