namespace Plumbline.Statistics;

/// <summary>Spearman's rank correlation: how far two numbers rise and fall together, whatever their scale.</summary>
public static class RankCorrelation
{
    /// <summary>Pearson's correlation of the ranks; equal values share the mean of their ranks.</summary>
    /// <param name="one">Values, at least 2.</param>
    /// <param name="other">As many, in the same order.</param>
    /// <returns>From −1 to 1; not a number where all values of a side are equal.</returns>
    public static double Of(IReadOnlyList<double> one, IReadOnlyList<double> other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfLessThan(one.Count, 2, nameof(one));
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Count, one.Count, nameof(other));
        var (x, y) = (Ranks(one), Ranks(other));
        return Mixed(x, y) / Math.Sqrt(Mixed(x, x) * Mixed(y, y));
    }

    private static double Mixed(double[] left, double[] right)
    {
        var (middle, other) = (left.Average(), right.Average());
        return left.Zip(right, (a, b) => (a - middle) * (b - other)).Sum();
    }

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        var ranks = values.Order().Index().GroupBy(each => each.Item, each => (double)each.Index).ToDictionary(each => each.Key, each => each.Average());
        return [.. values.Select(value => ranks[value])];
    }
}
