using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Contrastive preference optimisation: no reference, and the likelihood of the better answer holds the model (060; Xu et al. 2024).</summary>
/// <remarks>loss = −log σ(β·(S_w − S_l)) − α·A_w. A_w is the mean for each token of the answer; TRL's is over all tokens of the batch, so that long answers weigh more.</remarks>
/// <param name="Beta">β, &gt; 0.</param>
/// <param name="Alpha">α, weight of the likelihood, ≥ 0.</param>
public sealed record ContrastivePreferenceOptimization(double Beta, double Alpha = 1) : PairObjective
{
    /// <summary>β.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>α, weight of the likelihood.</summary>
    public double Alpha { get; } = Setting.NotNegative(Alpha);

    /// <inheritdoc/>
    public override PairColumns Needs => Alpha > 0 ? PairColumns.Lengths : PairColumns.None;

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Logistic((pairs.Chosen - pairs.Rejected).Times(Beta)) - pairs.ChosenMean.Times(Alpha);
    }
}
