using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>R-DPO: a longer answer has to be better by α for each token more (Park et al. 2024).</summary>
/// <remarks>loss = −log σ(β·Δ + α·(n_w − n_l)): where the better answer is the longer one, less is left to learn.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Alpha">α ≥ 0, reward that a token costs.</param>
public sealed record LengthRegularisedPreferenceOptimization(double Beta, double Alpha = 0.01) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>α, reward that a token costs.</summary>
    public double Alpha { get; } = Setting.NotNegative(Alpha);

    /// <inheritdoc/>
    public override PairColumns Needs => PairColumns.Reference | PairColumns.Lengths;

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Logistic(pairs.Margin.Times(Beta).Plus((pairs.ChosenLength - pairs.RejectedLength).Times(Alpha)));
    }
}
