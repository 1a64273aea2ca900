using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>DPO with an offset: the better answer has to win by what it is better by (ODPO, Amini et al. 2024; form (ii) of cardinal preferences, 059).</summary>
/// <remarks>loss = −log σ(β·Δ − α·g), g = the gap of the pair. The paper's g is the logarithm of the difference of scores; take it where the data are made.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Alpha">α ≥ 0, reward that a unit of the gap is worth.</param>
public sealed record OffsetPreferenceOptimization(double Beta, double Alpha = 1) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>α, reward that a unit of the gap is worth.</summary>
    public double Alpha { get; } = Setting.NotNegative(Alpha);

    /// <inheritdoc/>
    public override PairColumns Needs => PairColumns.Reference | PairColumns.Gap;

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Logistic(pairs.Margin.Times(Beta) - PairLogProbs.Needed(pairs.Gap).Times(Alpha));
    }
}
