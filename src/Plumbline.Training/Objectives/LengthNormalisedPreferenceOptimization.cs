using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>DPO on means for each token (LN-DPO; Lambert et al. 2024, Tülu 3; TRL's sigmoid_norm).</summary>
/// <remarks>loss = −log σ(β·(ρ_w/n_w − ρ_l/n_l)).</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0; larger than that of DPO, since a mean is smaller than a sum.</param>
public sealed record LengthNormalisedPreferenceOptimization(double Beta) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <inheritdoc/>
    public override PairColumns Needs => PairColumns.Reference | PairColumns.Lengths;

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Logistic((pairs.ChosenRatio / pairs.ChosenLength - pairs.RejectedRatio / pairs.RejectedLength).Times(Beta));
    }
}
