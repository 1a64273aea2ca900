using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Direct preference optimisation (060; Rafailov et al. 2023), with the label smoothing of cDPO.</summary>
/// <remarks>loss = −(1 − ε)·log σ(β·Δ) − ε·log σ(−β·Δ), Δ = ρ of the chosen answer − ρ of the rejected one, sums over tokens.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0; typical 0.1.</param>
/// <param name="LabelSmoothing">ε, how often a label is believed to be wrong, from 0 to below 0.5.</param>
public sealed record DirectPreferenceOptimization(double Beta, double LabelSmoothing = 0) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Beta > 0 && double.IsFinite(Beta) ? Beta : throw new ArgumentOutOfRangeException(nameof(Beta), Beta, "β is greater than 0.");

    /// <summary>ε, how often a label is believed to be wrong.</summary>
    public double LabelSmoothing { get; } = LabelSmoothing is >= 0 and < 0.5 ? LabelSmoothing
        : throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), LabelSmoothing, "ε is at least 0 and below 0.5: from there on the labels would say the opposite.");

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var margin = pairs.Margin.Times(Beta);
        return nn.functional.logsigmoid(margin).Times(LabelSmoothing - 1) - nn.functional.logsigmoid(-margin).Times(LabelSmoothing);
    }
}
