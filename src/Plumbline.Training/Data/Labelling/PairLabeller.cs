namespace Plumbline.Training;

/// <summary>What a labeller reads of the answers to one prompt.</summary>
/// <param name="Scores">What each is worth.</param>
/// <param name="Lengths">Tokens of each.</param>
public sealed record AnswerScores(IReadOnlyList<double> Scores, IReadOnlyList<int> Lengths)
{
    /// <summary>Tokens of each.</summary>
    public IReadOnlyList<int> Lengths { get; } = Lengths?.Count == Scores?.Count ? Lengths! : throw new ArgumentException("Each answer has a score and a length.", nameof(Lengths));
}

/// <summary>Two answers to one prompt, of which one is better.</summary>
/// <param name="Group">Which prompt, from 0.</param>
/// <param name="Chosen">Which of its answers is better.</param>
/// <param name="Rejected">Which is worse.</param>
/// <param name="Gap">By how much, in the units of the scores.</param>
public readonly record struct AnswerPair(int Group, int Chosen, int Rejected, double Gap);

/// <summary>Makes pairs of answers that were scored; it sees numbers only. A new one is one file with <see cref="Label"/>.</summary>
public abstract record PairLabeller
{
    /// <summary>The pairs, those of the first prompt first; answers that are worth the same make none.</summary>
    /// <param name="groups">The answers to each prompt of a step.</param>
    public abstract IReadOnlyList<AnswerPair> Label(IReadOnlyList<AnswerScores> groups);

    /// <summary>The pairs as examples.</summary>
    /// <param name="groups">The answers to each prompt of a step.</param>
    public IReadOnlyList<PairExample> Pairs(IReadOnlyList<ScoredGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var labelled = Label([.. groups.Select(group => new AnswerScores(group.Rewards, [.. group.Answers.Select(answer => answer.Trained)]))]);
        return [.. labelled.Select(pair => new PairExample(groups[pair.Group].Answers[pair.Chosen], groups[pair.Group].Answers[pair.Rejected]) { Gap = pair.Gap })];
    }
}
