using MathNet.Numerics;

namespace Plumbline.Statistics;

/// <summary>Wilcoxon's signed-rank test (ST3): do paired scores rise as much as they fall? For scores that are more than yes or no.</summary>
/// <remarks>
/// Differences of zero are left out. Up to 50 others without ties the distribution of the rank sum is counted; beyond, or with ties,
/// it is taken as normal with variance n(n + 1)(2n + 1)/24 − Σ(t³ − t)/48 over groups of t equal sizes, without correction for continuity.
/// </remarks>
public static class WilcoxonSignedRank
{
    private const int LargestCounted = 50;

    /// <summary>Two-sided p-value.</summary>
    /// <param name="differences">After less before, by item.</param>
    public static double PValue(IEnumerable<double> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        var moved = differences.Where(d => d != 0).OrderBy(Math.Abs).ToArray();
        var n = moved.Length;
        if (n == 0)
            return 1;
        var (rising, ties) = RankSum(moved);
        var total = n * (n + 1) / 2.0;
        if (ties == 0 && n <= LargestCounted)
            return Counted(n, (int)Math.Min(rising, total - rising));
        var variance = n * (n + 1.0) * (2 * n + 1) / 24 - ties / 48;
        return variance == 0 ? 1 : SpecialFunctions.Erfc(Math.Abs(rising - total / 2) / Math.Sqrt(2 * variance));
    }

    /// <summary>The sum of the ranks of what rose, equal sizes sharing their mean rank; and Σ(t³ − t) over groups of equal size.</summary>
    private static (double Rising, double Ties) RankSum(double[] moved)
    {
        var (rising, ties) = (0.0, 0.0);
        for (int start = 0, end; start < moved.Length; start = end)
        {
            for (end = start + 1; end < moved.Length && Math.Abs(moved[end]) == Math.Abs(moved[start]); end++)
            {
            }

            double t = end - start;
            rising += (start + end + 1) / 2.0 * moved[start..end].Count(d => d > 0);
            ties += t * t * t - t;
        }

        return (rising, ties);
    }

    /// <summary>Twice the share of the 2ⁿ choices of signs whose rank sum is at most <paramref name="smaller"/>.</summary>
    private static double Counted(int n, int smaller)
    {
        var ways = new double[n * (n + 1) / 2 + 1];
        ways[0] = 1;
        for (var rank = 1; rank <= n; rank++)
        {
            for (var sum = ways.Length - 1; sum >= rank; sum--)
                ways[sum] += ways[sum - rank];
        }

        return Math.Min(1, 2 * ways.Take(smaller + 1).Sum() / Math.Pow(2, n));
    }
}
