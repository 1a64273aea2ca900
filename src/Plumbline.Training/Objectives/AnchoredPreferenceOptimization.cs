using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>APO: says which way each answer is to go, not only which is to lead (060; D'Oosterlinck et al. 2024).</summary>
/// <remarks>
/// Zero, where the better answers are better than the model's own: loss = σ(−β·ρ_w) + σ(β·ρ_l).
/// Down, where they are worse: loss = σ(β·ρ_w) + σ(−β·Δ).
/// </remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Down">Whether both answers fall, the worse one further.</param>
public sealed record AnchoredPreferenceOptimization(double Beta, bool Down = false) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Down ? pairs.ChosenRatio.Times(Beta).sigmoid().Plus(pairs.Margin.Times(-Beta).sigmoid())
            : pairs.ChosenRatio.Times(-Beta).sigmoid().Plus(pairs.RejectedRatio.Times(Beta).sigmoid());
    }
}
