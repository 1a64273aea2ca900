using MathNet.Numerics.LinearRegression;
using Plumbline.Statistics;

namespace Plumbline.Auditing.Bias;

/// <summary>How far a scorer leans, over matched pairs (104).</summary>
/// <param name="Gap">Mean of left less right; the interval resamples pairs.</param>
/// <param name="LeftHigher">Share of pairs in which the left text has the higher score; ties count half to the mean.</param>
/// <param name="Topics">The gap by topic.</param>
/// <param name="Adjusted">The gap that is left once the cues are regressed out: a of d = a + Σ b·c, by least squares.</param>
/// <param name="Effects">b: what a unit of each cue is worth.</param>
public sealed record MatchedGap(Estimate Gap, Estimate LeftHigher, IReadOnlyDictionary<string, Estimate> Topics, Estimate Adjusted, IReadOnlyList<double> Effects)
{
    /// <summary>Measures.</summary>
    /// <param name="pairs">At least one, all with the same cues.</param>
    /// <param name="seed">Of the intervals; same seed, same intervals.</param>
    /// <exception cref="ArgumentException">There is no pair, or pairs have different numbers of cues.</exception>
    public static MatchedGap Of(IReadOnlyList<MatchedScores> pairs, long seed)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0 || pairs.Any(pair => pair.Cues.Count != pairs[0].Cues.Count))
            throw new ArgumentException(pairs.Count == 0 ? "There is no pair." : "Pairs have different numbers of cues.", nameof(pairs));
        Estimate Mean(IEnumerable<double> each) => ClusteredBootstrap.Mean([.. each.Select(number => (IReadOnlyList<double>)[number])], seed);
        double[] gaps = [.. pairs.Select(pair => pair.Left - pair.Right)];
        var effects = Regress(gaps, pairs);
        return new(Mean(gaps), Mean(gaps.Select(gap => gap > 0 ? 1 : gap < 0 ? 0 : 0.5)),
            pairs.GroupBy(pair => pair.Topic, StringComparer.Ordinal).OrderBy(topic => topic.Key, StringComparer.Ordinal).ToDictionary(topic => topic.Key, topic => Mean(topic.Select(pair => pair.Left - pair.Right)), StringComparer.Ordinal),
            Mean(gaps.Zip(pairs, (gap, pair) => gap - pair.Cues.Zip(effects, (cue, effect) => cue * effect).Sum())), effects);
    }

    /// <summary>The effect of each cue; 0 for one that never differs from the others' mean.</summary>
    private static double[] Regress(double[] gaps, IReadOnlyList<MatchedScores> pairs)
    {
        int[] varied = [.. Enumerable.Range(0, pairs[0].Cues.Count).Where(cue => pairs.Any(pair => pair.Cues[cue] != pairs[0].Cues[cue]))];
        var effects = new double[pairs[0].Cues.Count];
        if (varied.Length == 0 || pairs.Count <= varied.Length + 1)
            return effects;
        var found = MultipleRegression.Svd([.. pairs.Select(pair => varied.Select(cue => pair.Cues[cue]).ToArray())], gaps, intercept: true);
        foreach (var (at, cue) in varied.Index())
            effects[cue] = found[at + 1];
        return effects;
    }
}
