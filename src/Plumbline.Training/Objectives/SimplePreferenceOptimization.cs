using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>SimPO: means for each token, a margin to be beaten, and no reference (060; Meng et al. 2024).</summary>
/// <remarks>loss = −log σ(β·(A_w − A_l) − γ).</remarks>
/// <param name="Beta">β, &gt; 0; typical 2 to 2.5.</param>
/// <param name="Gamma">γ, the margin, ≥ 0; typical a quarter to a half of β.</param>
public sealed record SimplePreferenceOptimization(double Beta, double Gamma) : PairObjective
{
    /// <summary>β.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>γ, the margin.</summary>
    public double Gamma { get; } = Setting.NotNegative(Gamma);

    /// <inheritdoc/>
    public override PairColumns Needs => PairColumns.Lengths;

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Logistic((pairs.ChosenMean - pairs.RejectedMean).Times(Beta).Minus(Gamma));
    }
}
