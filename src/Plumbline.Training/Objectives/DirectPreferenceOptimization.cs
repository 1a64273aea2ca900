using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Direct preference optimisation (060; Rafailov et al. 2023), with the label smoothing of cDPO.</summary>
/// <remarks>loss = −(1 − ε)·log σ(β·Δ) − ε·log σ(−β·Δ), Δ = ρ of the chosen answer − ρ of the rejected one, sums over tokens.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0; typical 0.1.</param>
/// <param name="LabelSmoothing">ε, how often a label is believed to be wrong, from 0 to below 0.5.</param>
public sealed record DirectPreferenceOptimization(double Beta, double LabelSmoothing = 0) : PairObjective
{
    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var margin = Beta * (pairs.ChosenRatio - pairs.RejectedRatio);
        return -(1 - LabelSmoothing) * nn.functional.logsigmoid(margin) - LabelSmoothing * nn.functional.logsigmoid(-margin);
    }
}
