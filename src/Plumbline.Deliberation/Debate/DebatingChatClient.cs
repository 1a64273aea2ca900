using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Several debaters answer, see each other's answers, and answer again; what most say, or what a scorer puts first, is given (077, 061: debate between models).</summary>
/// <remarks>Debater 0's first answer is the answer without this stage; where there is no majority and no scorer, what debater 0 holds in the end is given. What debaters say is shown to others as material.</remarks>
/// <param name="inner">The client that answers; debaters are draws of it.</param>
/// <param name="debate">Who debates and how long.</param>
public sealed class DebatingChatClient(IChatClient inner, DebateOptions debate) : DeliberatingChatClient(inner)
{
    /// <inheritdoc/>
    protected override string Strategy => "debate";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var now = await Candidates.DrawAsync(turn, debate.Debaters, (index, cancel) => turn.AskAsync(turn.Conversation, cancel, index), cancellationToken).ConfigureAwait(false);
        if (Turn.IsStep(now[0].Answer))
            return now[0].Answer;
        for (var round = 1; round <= debate.Rounds && now.Count > 1; round++)
        {
            if (now.Select(each => Same(each.Answer.Text)).Distinct().Count() == 1)
                break; // they agree
            var before = now;
            now = await Task.WhenAll(before.Select(async own =>
            {
                var others = string.Join('\n', before.Where(each => each != own).Select((each, index) => Quoted.Text($"answer of debater {index + 1}", each.Answer.Text)));
                var answer = await turn.AskAsync(SystemText.After(turn.Conversation, $"{Quoted.Notice}\n{Quoted.Text("your answer so far", own.Answer.Text)}\n{others}\nWeigh the reasons of the others against yours, keep what can be shown and drop what cannot, and answer again in full; say nothing of this debate."),
                    cancellationToken, (round * debate.Debaters) + own.Index).ConfigureAwait(false);
                return Turn.IsStep(answer) || string.IsNullOrWhiteSpace(answer.Text) ? own : own with { Answer = answer };
            })).ConfigureAwait(false);
            turn.Reason($"Round {round}: {now.Zip(before).Count(pair => Same(pair.First.Answer.Text) != Same(pair.Second.Answer.Text))} of {now.Count} changed.");
            turn.Keep(now[0].Answer);
        }
        if (ControlledDebate.Majority([.. now.Select(each => Same(each.Answer.Text))]) is { } most && now.Count(each => Same(each.Answer.Text) == most) * 2 > now.Count)
            return now.First(each => Same(each.Answer.Text) == most).Answer;
        return debate.Scorer is null ? now[0].Answer
            : (await Candidates.BestAsync(turn, now, candidate => debate.Scorer.ScoreAsync(new(turn.Conversation, candidate.Answer.Text), turn, cancellationToken).AsTask()).ConfigureAwait(false)).Answer;
    }

    /// <summary>What makes two answers one: the last line, without case and without what is no letter or digit.</summary>
    private static string Same(string text) =>
        new([.. text.TrimEnd().Split('\n')[^1].Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant)]);
}

/// <summary>How <see cref="DebatingChatClient"/> works.</summary>
public sealed record DebateOptions
{
    /// <summary>How many debate, 2 to 16.</summary>
    public int Debaters
    {
        get;
        init => field = value is >= 2 and <= 16 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "2 to 16 debate.");
    } = 3;

    /// <summary>Rounds after the first answers, 1 to 5; a debate ends sooner where all agree.</summary>
    public int Rounds
    {
        get;
        init => field = value is >= 1 and <= 5 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A debate has 1 to 5 rounds.");
    } = 2;

    /// <summary>Chooses where more than half do not say the same; null: what the first debater holds is given.</summary>
    public IAnswerScorer? Scorer { get; init; }
}
