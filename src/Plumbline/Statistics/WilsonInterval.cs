namespace Plumbline.Statistics;

/// <summary>Wilson's interval for a proportion (ST1; Wilson 1927): honest at 0 and at 1 and for small counts, where p ± 1.96·se is not.</summary>
/// <remarks>centre = (p + z²/2n)/(1 + z²/n), half-width = z·√(p(1 − p)/n + z²/4n²)/(1 + z²/n), z = 1.96 for 95 %.</remarks>
public static class WilsonInterval
{
    /// <summary>The 97.5 % point of the normal distribution.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>The share of hits with its 95 % interval.</summary>
    /// <param name="hits">How many, from 0 to <paramref name="n"/>.</param>
    /// <param name="n">Of how many; of none, the value is not a number and the interval is [0, 1].</param>
    public static Estimate Of(int hits, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, n);
        if (n == 0)
            return new Estimate(double.NaN, 0, 1, 0, "Wilson");
        var p = (double)hits / n;
        var shrink = 1 + Z * Z / n;
        var centre = (p + Z * Z / (2 * n)) / shrink;
        var half = Z * Math.Sqrt(p * (1 - p) / n + Z * Z / (4.0 * n * n)) / shrink;
        // At 0 and n hits the ends are 0 and 1 exactly; rounding must not move them inside or out.
        return new Estimate(p, hits == 0 ? 0 : centre - half, hits == n ? 1 : centre + half, n, "Wilson");
    }
}
