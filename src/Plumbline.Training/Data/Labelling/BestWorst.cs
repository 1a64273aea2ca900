namespace Plumbline.Training;

/// <summary>The best answer to each prompt against the worst one (107, 117); of two, the better against the worse (084, 096).</summary>
/// <param name="LeastGap">Pairs whose scores lie no further apart than this are left out, ≥ 0.</param>
public sealed record BestWorst(double LeastGap = 0) : PairLabeller
{
    /// <summary>How far apart scores must lie.</summary>
    public double LeastGap { get; } = LeastGap >= 0 ? LeastGap : throw new ArgumentOutOfRangeException(nameof(LeastGap), LeastGap, "A gap is at least 0.");

    /// <inheritdoc/>
    public override IReadOnlyList<AnswerPair> Label(IReadOnlyList<AnswerScores> groups) => Of(groups, (scores, _) => scores, LeastGap);

    /// <summary>Best and worst by another number than the score.</summary>
    /// <param name="groups">The answers to each prompt.</param>
    /// <param name="worth">The number, of score and length.</param>
    /// <param name="leastGap">How far apart these numbers must lie.</param>
    internal static IReadOnlyList<AnswerPair> Of(IReadOnlyList<AnswerScores> groups, Func<double, int, double> worth, double leastGap = 0)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var pairs = new List<AnswerPair>();
        foreach (var (index, group) in groups.Index())
        {
            double[] worths = [.. group.Scores.Zip(group.Lengths, worth)];
            var (best, worst) = (Array.IndexOf(worths, worths.Max()), Array.IndexOf(worths, worths.Min()));
            if (worths[best] - worths[worst] > leastGap)
                pairs.Add(new AnswerPair(index, best, worst, group.Scores[best] - group.Scores[worst]));
        }
        return pairs;
    }
}
