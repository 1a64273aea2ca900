namespace Plumbline.Training;

/// <summary>Answers that reach a score against answers that do not, for scores that mean right or wrong: the first that is right against the first that is wrong, the second against the second, and so on.</summary>
/// <param name="Least">The score that a good answer has at least.</param>
public sealed record Threshold(double Least) : PairLabeller
{
    /// <inheritdoc/>
    public override IReadOnlyList<AnswerPair> Label(IReadOnlyList<AnswerScores> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return [.. groups.Index().SelectMany(each =>
        {
            var answers = Enumerable.Range(0, each.Item.Scores.Count).ToLookup(answer => each.Item.Scores[answer] >= Least);
            return answers[true].Zip(answers[false], (good, bad) => new AnswerPair(each.Index, good, bad, each.Item.Scores[good] - each.Item.Scores[bad]));
        })];
    }
}
