using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>EXO: the divergence from the policy to the labels, instead of the other way round (060; Ji et al. 2024).</summary>
/// <remarks>loss = KL((σ(β·Δ), σ(−β·Δ)) ‖ (1 − ε, ε)).</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="LabelSmoothing">ε, above 0 and below 0.5: at 0 the loss is infinite; typical 0.001.</param>
public sealed record EfficientExactOptimization(double Beta, double LabelSmoothing = 1e-3) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>ε, how often a label is believed to be wrong.</summary>
    public double LabelSmoothing { get; } = Setting.SomeNoise(LabelSmoothing);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var u = pairs.Margin.Times(Beta);
        return (u.sigmoid() * (-Logistic(u)).Minus(Math.Log(1 - LabelSmoothing))).Plus((-u).sigmoid() * (-Logistic(-u)).Minus(Math.Log(LabelSmoothing)));
    }
}
