using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>NCA for pairs: says of each answer by itself whether it is better than the reference, so that the better one does not fall (060; Chen et al. 2024).</summary>
/// <remarks>loss = −log σ(β·ρ_w) − ½·log σ(−β·ρ_w) − ½·log σ(−β·ρ_l).</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
public sealed record NoiseContrastiveAlignment(double Beta) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var (chosen, rejected) = (pairs.ChosenRatio.Times(Beta), pairs.RejectedRatio.Times(Beta));
        return Logistic(chosen).Plus(Logistic(-chosen).Plus(Logistic(-rejected)).Times(0.5));
    }
}
