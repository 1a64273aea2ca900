using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Robust DPO (060; Chowdhury et al. 2024): an unbiased estimate of the loss on clean labels from labels that are flipped at a known rate.</summary>
/// <remarks>loss = (−(1 − ε)·log σ(β·Δ) + ε·log σ(−β·Δ)) / (1 − 2ε). It falls without bound as Δ grows: stop early.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="LabelSmoothing">ε, the rate of flipped labels, from 0 to below 0.5.</param>
public sealed record RobustPreferenceOptimization(double Beta, double LabelSmoothing = 0.1) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>ε, the rate of flipped labels.</summary>
    public double LabelSmoothing { get; } = Setting.Noise(LabelSmoothing);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var u = pairs.Margin.Times(Beta);
        return (Logistic(u).Times(1 - LabelSmoothing) - Logistic(-u).Times(LabelSmoothing)).Over(1 - 2 * LabelSmoothing);
    }
}
