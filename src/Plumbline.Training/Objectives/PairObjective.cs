using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>A loss over pairs of answers (kernel K2); it sees numbers only, never a model. A new one is one file with <see cref="PerPair"/>.</summary>
public abstract record PairObjective
{
    /// <summary>The loss of each pair, [pairs].</summary>
    /// <param name="pairs">Columns of the pairs.</param>
    public abstract Tensor PerPair(PairLogProbs pairs);

    /// <summary>The mean over pairs.</summary>
    /// <param name="pairs">Columns of the pairs.</param>
    /// <returns>
    /// With <c>accuracy</c> (share of pairs whose better answer gained more), <c>margin</c> (mean Δ), and <c>chosen</c> and <c>rejected</c> (mean ρ of each:
    /// a margin that grows while both fall is bought with drift).
    /// </returns>
    public ObjectiveLoss Compute(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var value = PerPair(pairs).mean();
        using var off = no_grad();
        return new ObjectiveLoss(value, new Dictionary<string, Tensor>
        {
            ["accuracy"] = pairs.Margin.GreaterThan(0).to(ScalarType.Float32).mean(),
            ["margin"] = pairs.Margin.mean(),
            ["chosen"] = pairs.ChosenRatio.mean(),
            ["rejected"] = pairs.RejectedRatio.mean(),
        });
    }
}
