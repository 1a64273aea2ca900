using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>WPO: pairs count by how usual both answers are for the policy, so that old data weigh as if they were its own (Zhou et al. 2024).</summary>
/// <remarks>loss = e^(c_w + c_l)·(−log σ(β·Δ)), c = mean over tokens of l − log Σ_v π(v)² under the policy (the paper's alignment by sampling), without gradient.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
public sealed record WeightedPreferenceOptimization(double Beta) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <inheritdoc/>
    public override PairColumns Needs => PairColumns.Reference | PairColumns.Certainty;

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var weight = PairLogProbs.Needed(pairs.ChosenCertainty).Plus(PairLogProbs.Needed(pairs.RejectedCertainty)).exp().detach();
        return weight * Logistic(pairs.Margin.Times(Beta));
    }
}
