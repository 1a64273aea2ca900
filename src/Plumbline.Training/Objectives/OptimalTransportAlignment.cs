using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>AOT: better answers dominate worse ones as a whole, quantile by quantile of the step (060; Melnyk et al. 2024).</summary>
/// <remarks>
/// With pairs: u = β·(sorted(S_w − S_l) − sorted(S_w^ref − S_l^ref)); without: u = β·(sorted ρ_w − sorted ρ_l).
/// loss = −(1 − ε)·log σ(u) − ε·log σ(−u), one for each quantile.
/// </remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Paired">Whether margins of pairs are sorted, or the ratios of either side.</param>
/// <param name="LabelSmoothing">ε, how often a label is believed to be wrong, from 0 to below 0.5.</param>
public sealed record OptimalTransportAlignment(double Beta, bool Paired = true, double LabelSmoothing = 0) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>ε, how often a label is believed to be wrong.</summary>
    public double LabelSmoothing { get; } = Setting.Noise(LabelSmoothing);

    /// <inheritdoc/>
    public override bool ComparesPairs => true;

    /// <summary>The loss of each quantile, from the lowest, [pairs].</summary>
    /// <param name="pairs">Columns of the pairs.</param>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var (upper, lower) = Paired ? (pairs.Chosen - pairs.Rejected, PairLogProbs.Needed(pairs.ReferenceChosen) - PairLogProbs.Needed(pairs.ReferenceRejected)) : (pairs.ChosenRatio, pairs.RejectedRatio);
        return DirectPreferenceOptimization.Smoothed((sort(upper).values - sort(lower).values).Times(Beta), LabelSmoothing);
    }
}
