using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>BCO on pairs: the reward says of each answer whether it is a better or a worse one (060; Jung et al. 2024).</summary>
/// <remarks>loss = −log σ(β·ρ_w − δ) − log σ(−(β·ρ_l − δ)). δ stays as it is set, 0 as in TRL's bco_pair; <see cref="BinaryClassifierOptimization"/> takes it from the step.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Delta">δ, the reward that is neither good nor bad.</param>
public sealed record BinaryClassifierPairs(double Beta, double Delta = 0) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>δ, the reward that is neither good nor bad.</summary>
    public double Delta { get; } = Setting.Finite(Delta);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Logistic(pairs.ChosenRatio.Times(Beta).Minus(Delta)).Plus(Logistic(pairs.RejectedRatio.Times(-Beta).Plus(Delta)));
    }
}
