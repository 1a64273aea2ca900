using Plumbline.Models;

namespace Plumbline.Training;

/// <summary>A reference mixed of several frozen models in log space, log π_ref = Σ w·log π: a population of opponents (MNPO, 107), the start among them or not.</summary>
public sealed record ReferenceMixture
{
    /// <param name="parts">The models, and how much each counts; weights are from 0 to 1 and add up to 1.</param>
    /// <exception cref="ArgumentException">There is no model, or the weights do not add up to 1.</exception>
    public ReferenceMixture(IReadOnlyList<(Decoder Model, double Weight)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        Parts = parts.Count > 0 && parts.All(part => part.Weight is >= 0 and <= 1) && Math.Abs(parts.Sum(part => part.Weight) - 1) < 1e-6 ? [.. parts]
            : throw new ArgumentException("Weights are from 0 to 1 and add up to 1.", nameof(parts));
    }

    /// <summary>The models, and how much each counts.</summary>
    public IReadOnlyList<(Decoder Model, double Weight)> Parts { get; }

    /// <summary>Models that all count the same.</summary>
    public static ReferenceMixture Even(IReadOnlyList<Decoder> models) => new([.. (models ?? throw new ArgumentNullException(nameof(models))).Select(model => (model, 1.0 / models.Count))]);

    /// <summary>What it makes of pairs.</summary>
    internal PairAnchor[] Scores(IReadOnlyList<PairExample> pairs, int rowLength, bool shared, CancellationToken cancel)
    {
        var scored = Parts.Select(part => (part.Weight, Pairs: ReferenceScores.Of(part.Model, withoutAdapter: false, pairs, rowLength, null, null, null, cancel, shared))).ToArray();
        return [.. pairs.Select((_, pair) => new PairAnchor(Mean(pair, each => each.Chosen), Mean(pair, each => each.Rejected), Mean(pair, each => each.ChosenShared), Mean(pair, each => each.RejectedShared)))];

        float Mean(int pair, Func<PairAnchor, float> column) => (float)scored.Sum(part => part.Weight * column(part.Pairs[pair]));
    }
}
