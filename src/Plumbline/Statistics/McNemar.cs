using MathNet.Numerics.Distributions;

namespace Plumbline.Statistics;

/// <summary>McNemar's exact test (ST3): of the items on which two subjects differ, is one of them right more often than a fair coin would have it?</summary>
public static class McNemar
{
    /// <summary>Two-sided p = min(1, 2·P(X ≤ min(gained, lost))), X ~ Binomial(gained + lost, ½).</summary>
    /// <param name="gained">Items that are 0 before and 1 after.</param>
    /// <param name="lost">Items that are 1 before and 0 after.</param>
    public static double PValue(int gained, int lost)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gained);
        ArgumentOutOfRangeException.ThrowIfNegative(lost);
        return gained == lost ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, gained + lost, Math.Min(gained, lost)));
    }
}
