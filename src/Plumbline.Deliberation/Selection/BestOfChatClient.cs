using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Draws several answers and gives the one that a scorer puts first (062: a frozen model, candidates, a judge and a selector).</summary>
/// <remarks>Candidate 0 is the answer without this stage, and ties go to it: a scorer that knows nothing changes nothing.</remarks>
/// <param name="inner">The client that answers; above temperature 0, or all answers are one.</param>
/// <param name="scorer">What is good.</param>
/// <param name="candidates">How many answers are drawn, 1 to 256.</param>
public sealed class BestOfChatClient(IChatClient inner, IAnswerScorer scorer, int candidates) : DeliberatingChatClient(inner)
{
    private readonly int _candidates = candidates is >= 1 and <= 256 ? candidates : throw new ArgumentOutOfRangeException(nameof(candidates), candidates, "1 to 256 answers are drawn.");

    /// <inheritdoc/>
    protected override string Strategy => "best-of";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var drawn = await Candidates.DrawAsync(turn, _candidates, (index, cancel) => turn.AskAsync(turn.Conversation, cancel, index), cancellationToken).ConfigureAwait(false);
        var best = await Candidates.BestAsync(turn, drawn, candidate => scorer.ScoreAsync(new(turn.Conversation, candidate.Answer.Text), turn, cancellationToken).AsTask()).ConfigureAwait(false);
        return best.Answer;
    }
}
