namespace Plumbline.Statistics;

/// <summary>The mean over items that were each observed several times (ST2): items are resampled, not observations.</summary>
/// <remarks>
/// Draws of one item resemble each other, so they are not independent evidence: with 50 items of 60 draws, item sd 0.8 and draw sd 0.7, the interval
/// that counts draws covers the truth 30 % of the time, this one 95 %. Every item counts once, however often it was observed.
/// </remarks>
public static class ClusteredBootstrap
{
    /// <summary>The mean of the items' means with its 95 % percentile interval.</summary>
    /// <param name="items">For each item its observations, at least one.</param>
    /// <param name="seed">Same seed, same interval.</param>
    /// <param name="resamples">How many times the items are drawn again, at least 1000.</param>
    /// <returns>An estimate whose n is the number of items; of no items, the value is not a number and the interval is boundless.</returns>
    public static Estimate Mean(IReadOnlyList<IReadOnlyList<double>> items, long seed, int resamples = PercentileBootstrap.Resamples)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
            return new Estimate(double.NaN, double.NegativeInfinity, double.PositiveInfinity, 0, "bootstrap over items");
        double[] means = [.. items.Select(draws => draws.Average())];
        var (low, high) = PercentileBootstrap.Interval(means, seed, resamples);
        return new Estimate(means.Average(), low, high, items.Count, "bootstrap over items");
    }
}
