namespace Plumbline.Statistics;

/// <summary>Resamples units with replacement and takes the 2.5 % and 97.5 % points of their mean (Efron 1979).</summary>
internal static class PercentileBootstrap
{
    /// <summary>Enough for the ends of a 95 % interval to be stable in the second digit.</summary>
    public const int Resamples = 2000;

    /// <summary>The 95 % interval of the mean of <paramref name="units"/>, of which there is at least one.</summary>
    public static (double Low, double High) Interval(double[] units, long seed, int resamples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1000);
        var means = new double[resamples];
        for (var b = 0; b < resamples; b++)
        {
            // A stream for each resample: the first thousand are the same whether or not another thousand follow.
            var random = new Draws(seed, "bootstrap", b);
            var sum = 0.0;
            for (var i = 0; i < units.Length; i++)
                sum += units[random.Next(units.Length)];
            means[b] = sum / units.Length;
        }

        Array.Sort(means);
        return (Quantile(means, 0.025), Quantile(means, 0.975));
    }

    /// <summary>Linear between order statistics.</summary>
    private static double Quantile(double[] sorted, double p)
    {
        var at = p * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
    }
}
