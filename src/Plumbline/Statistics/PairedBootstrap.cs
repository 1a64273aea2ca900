namespace Plumbline.Statistics;

/// <summary>The mean difference of two subjects on the same items, after less before (ST3): pairs are resampled.</summary>
public static class PairedBootstrap
{
    /// <summary>The difference with its 95 % percentile interval.</summary>
    /// <param name="before">By item.</param>
    /// <param name="after">By item, in the same order.</param>
    /// <param name="seed">Same seed, same interval.</param>
    /// <param name="resamples">How many times the pairs are drawn again, at least 1000.</param>
    /// <returns>An estimate whose n is the number of pairs; of no pairs, the value is not a number and the interval is boundless.</returns>
    public static Estimate Difference(IReadOnlyList<double> before, IReadOnlyList<double> after, long seed, int resamples = PercentileBootstrap.Resamples)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.Count != after.Count)
            throw new ArgumentException($"{before.Count} observations before, but {after.Count} after: pairs need both.", nameof(after));
        if (before.Count == 0)
            return new Estimate(double.NaN, double.NegativeInfinity, double.PositiveInfinity, 0, "paired bootstrap");
        double[] differences = [.. before.Zip(after, (b, a) => a - b)];
        var (low, high) = PercentileBootstrap.Interval(differences, seed, resamples);
        return new Estimate(differences.Average(), low, high, differences.Length, "paired bootstrap");
    }
}
