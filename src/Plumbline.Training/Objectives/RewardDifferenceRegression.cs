using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Regresses the margin to what the better answer is better by (REBEL, Gao et al. 2024; form (iii) of cardinal preferences, 059).</summary>
/// <remarks>loss = (β·Δ − α·g)², g = the gap of the pair; REBEL's η is 1/β.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Alpha">α ≥ 0, reward that a unit of the gap is worth.</param>
public sealed record RewardDifferenceRegression(double Beta, double Alpha = 1) : PairObjective
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
        return (pairs.Margin.Times(Beta) - PairLogProbs.Needed(pairs.Gap).Times(Alpha)).Squared();
    }
}
