using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Direct preference optimisation (060; Rafailov et al. 2023), with the label smoothing of cDPO (Mitchell 2023).</summary>
/// <remarks>loss = −(1 − ε)·log σ(β·Δ) − ε·log σ(−β·Δ), Δ = ρ of the chosen answer − ρ of the rejected one, sums over tokens.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0; typical 0.1.</param>
/// <param name="LabelSmoothing">ε, how often a label is believed to be wrong, from 0 to below 0.5.</param>
public sealed record DirectPreferenceOptimization(double Beta, double LabelSmoothing = 0) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>ε, how often a label is believed to be wrong.</summary>
    public double LabelSmoothing { get; } = Setting.Noise(LabelSmoothing);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Smoothed(pairs.Margin.Times(Beta), LabelSmoothing);
    }

    /// <summary>The logistic link where a label is wrong with probability ε.</summary>
    internal static Tensor Smoothed(Tensor u, double smoothing) => Logistic(u).Times(1 - smoothing).Plus(Logistic(-u).Times(smoothing));
}
