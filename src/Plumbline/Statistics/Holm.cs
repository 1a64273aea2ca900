namespace Plumbline.Statistics;

/// <summary>Holm's correction for many comparisons (ST4; Holm 1979): the chance of even one false alarm in the family stays below the level.</summary>
public static class Holm
{
    /// <summary>Adjusted p-values in the order given: the i-th smallest of m is multiplied by m − i, from i = 0, and never falls below an earlier one.</summary>
    /// <param name="pValues">The family, declared before the run.</param>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        var adjusted = new double[pValues.Count];
        var running = 0.0;
        var left = pValues.Count;
        foreach (var i in Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i]))
        {
            running = Math.Max(running, Math.Min(1, pValues[i] * left--));
            adjusted[i] = running;
        }

        return adjusted;
    }
}
