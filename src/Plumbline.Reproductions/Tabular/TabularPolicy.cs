using Plumbline.Worlds.Tabular;

namespace Plumbline.Reproductions.Tabular;

/// <summary>A softmax over the answers of a <see cref="TabularWorld"/>, linear in their features, with the Adam that trains it.</summary>
internal sealed class TabularPolicy
{
    private const double Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1e-8;

    private readonly TabularWorld _world;
    private readonly double[] _weights, _first, _second;
    private int _step;

    /// <param name="world">Whose answers; begins with its start.</param>
    public TabularPolicy(TabularWorld world)
        : this(world, [.. world.Start])
    {
    }

    private TabularPolicy(TabularWorld world, double[] weights) => (_world, _weights, _first, _second) = (world, weights, new double[weights.Length], new double[weights.Length]);

    /// <summary>Log-probability of each answer.</summary>
    public double[] LogProbs() => LogProbs(_world, _weights);

    /// <summary>Log-probability of each answer with some weights.</summary>
    public static double[] LogProbs(TabularWorld world, IReadOnlyList<double> weights)
    {
        double[] logits = [.. world.Features.Select(features => features.Zip(weights, (feature, weight) => feature * weight).Sum())];
        var most = logits.Max();
        var sum = most + Math.Log(logits.Sum(logit => Math.Exp(logit - most)));
        return [.. logits.Select(logit => logit - sum)];
    }

    /// <summary>Share of each answer.</summary>
    public double[] Shares() => [.. LogProbs().Select(Math.Exp)];

    /// <summary>The same policy, with an optimiser that has seen nothing.</summary>
    public TabularPolicy Copy() => new(_world, [.. _weights]);

    /// <summary>Moves against a gradient.</summary>
    /// <param name="slopes">What the loss grows by with the log-probability of each answer.</param>
    /// <param name="rate">Learning rate of Adam.</param>
    public void Move(double[] slopes, double rate)
    {
        _step++;
        var (shares, total) = (Shares(), slopes.Sum());
        for (var feature = 0; feature < _weights.Length; feature++)
        {
            var gradient = 0.0;
            for (var answer = 0; answer < slopes.Length; answer++)
                gradient += (slopes[answer] - total * shares[answer]) * _world.Features[answer][feature];
            _first[feature] = Beta1 * _first[feature] + (1 - Beta1) * gradient;
            _second[feature] = Beta2 * _second[feature] + (1 - Beta2) * gradient * gradient;
            _weights[feature] -= rate * _first[feature] / (1 - Math.Pow(Beta1, _step)) / (Math.Sqrt(_second[feature] / (1 - Math.Pow(Beta2, _step))) + Epsilon);
        }
    }
}
