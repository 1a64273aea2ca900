namespace Plumbline.Statistics;

/// <summary>Two subjects on the same items: how much the second differs from the first, how surely, and how largely (ST3).</summary>
/// <param name="Before">Mean of the first.</param>
/// <param name="After">Mean of the second.</param>
/// <param name="Difference">After less before.</param>
/// <param name="Low">Lower end of the 95 % interval of the difference, by paired bootstrap.</param>
/// <param name="High">Upper end.</param>
/// <param name="PValue">Two-sided, before any correction.</param>
/// <param name="AdjustedPValue">After Holm's correction over the family that the test belongs to, or null while it stands alone.</param>
/// <param name="EffectSize">Cohen's h for proportions, d_z for scores.</param>
/// <param name="N">How many pairs.</param>
/// <param name="Gained">Pairs that rose.</param>
/// <param name="Lost">Pairs that fell.</param>
/// <param name="Method">How it was tested.</param>
public sealed record PairedTest(double Before, double After, double Difference, double Low, double High, double PValue, double? AdjustedPValue,
    double EffectSize, int N, int Gained, int Lost, string Method)
{
    /// <summary>McNemar's exact test if every score is 0 or 1, else Wilcoxon's signed-rank test.</summary>
    /// <param name="before">Scores by item.</param>
    /// <param name="after">Scores by item, in the same order.</param>
    /// <param name="seed">Of the bootstrap.</param>
    /// <returns>The test; without pairs, p is 1 and the means are not numbers.</returns>
    public static PairedTest Of(IReadOnlyList<double> before, IReadOnlyList<double> after, long seed)
    {
        var difference = PairedBootstrap.Difference(before, after, seed);
        double[] differences = [.. before.Zip(after, (b, a) => a - b)];
        var (first, second) = before.Count == 0 ? (double.NaN, double.NaN) : (before.Average(), after.Average());
        var (gained, lost) = (differences.Count(d => d > 0), differences.Count(d => d < 0));
        var proportions = before.Concat(after).All(score => score is 0 or 1);
        return new PairedTest(first, second, difference.Value, difference.Low, difference.High,
            proportions ? McNemar.PValue(gained, lost) : WilcoxonSignedRank.PValue(differences), null,
            proportions ? Statistics.EffectSize.CohenH(first, second) : Statistics.EffectSize.StandardisedDifference(differences),
            differences.Length, gained, lost, proportions ? "exact McNemar, paired bootstrap" : "Wilcoxon signed-rank, paired bootstrap");
    }

    /// <summary>The same tests with Holm's correction over all of them that have pairs.</summary>
    public static IReadOnlyList<PairedTest> Family(IReadOnlyList<PairedTest> tests)
    {
        ArgumentNullException.ThrowIfNull(tests);
        var tested = tests.Where(test => test.N > 0).ToArray();
        var adjusted = Holm.Adjust([.. tested.Select(test => test.PValue)]);
        var next = 0;
        return [.. tests.Select(test => test.N > 0 ? test with { AdjustedPValue = adjusted[next++] } : test)];
    }
}
