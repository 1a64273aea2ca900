namespace Plumbline.Models.Generation;

/// <summary>Chooses one token.</summary>
internal static class Sampler
{
    /// <param name="logProbabilities">By token, at temperature 1.</param>
    /// <param name="temperature">0 for the likeliest; of equals the first.</param>
    /// <param name="topP">Only the likeliest tokens that together have this probability (nucleus sampling; Holtzman et al. 2020).</param>
    /// <param name="uniform">A number in [0, 1): which quantile to take.</param>
    public static int Choose(ReadOnlySpan<float> logProbabilities, double temperature, double topP, double uniform)
    {
        var best = Likeliest(logProbabilities);
        if (temperature == 0)
            return best;
        var weights = new double[logProbabilities.Length];
        double total = 0;
        for (var id = 0; id < weights.Length; id++)
            total += weights[id] = Math.Exp((logProbabilities[id] - logProbabilities[best]) / temperature);
        if (topP < 1)
            total = KeepNucleus(weights, topP * total);
        var left = uniform * total;
        for (var id = 0; id < weights.Length; id++)
        {
            left -= weights[id];
            if (left < 0)
                return id;
        }
        return best; // rounding left a crumb
    }

    private static int Likeliest(ReadOnlySpan<float> logProbabilities)
    {
        var best = 0;
        for (var id = 1; id < logProbabilities.Length; id++)
        {
            if (logProbabilities[id] > logProbabilities[best])
                best = id;
        }
        return best;
    }

    /// <summary>Sets the weight of all but the likeliest tokens to zero.</summary>
    /// <returns>The weight that is left.</returns>
    private static double KeepNucleus(double[] weights, double enough)
    {
        var order = Enumerable.Range(0, weights.Length).OrderByDescending(id => weights[id]).ToArray();
        double sum = 0;
        var kept = 0;
        while (kept < order.Length && sum < enough)
            sum += weights[order[kept++]];
        foreach (var id in order.AsSpan(kept))
            weights[id] = 0;
        return sum;
    }
}
