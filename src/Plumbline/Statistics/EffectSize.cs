namespace Plumbline.Statistics;

/// <summary>How large a difference is, apart from how sure (ST3).</summary>
public static class EffectSize
{
    /// <summary>Risk difference, after less before.</summary>
    /// <param name="before">Proportion, 0 to 1.</param>
    /// <param name="after">Proportion, 0 to 1.</param>
    public static double RiskDifference(double before, double after) => after - before;

    /// <summary>Cohen's h = 2·asin √after − 2·asin √before: 0.2 is small, 0.5 medium, 0.8 large; a point near 0 or 1 weighs more than one in the middle.</summary>
    /// <param name="before">Proportion, 0 to 1.</param>
    /// <param name="after">Proportion, 0 to 1.</param>
    public static double CohenH(double before, double after) => 2 * Math.Asin(Math.Sqrt(after)) - 2 * Math.Asin(Math.Sqrt(before));

    /// <summary>d_z = mean(d)/sd(d), sd with n − 1: not a number for fewer than two differences, infinite if all are the same but not 0.</summary>
    /// <param name="differences">After less before, by item.</param>
    public static double StandardisedDifference(IReadOnlyList<double> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        if (differences.Count < 2)
            return double.NaN;
        var mean = differences.Average();
        var deviation = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (differences.Count - 1));
        return mean == 0 ? 0 : mean / deviation;
    }
}
