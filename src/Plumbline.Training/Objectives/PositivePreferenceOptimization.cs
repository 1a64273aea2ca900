using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>DPOP (Smaug): DPO that pays for a better answer that became less likely than the reference has it (Pal et al. 2024).</summary>
/// <remarks>loss = −log σ(β·(Δ − λ·max(0, −ρ_w))).</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Lambda">λ ≥ 0, price of a fall; 50 in the paper.</param>
public sealed record PositivePreferenceOptimization(double Beta, double Lambda = 50) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>λ, price of a fall.</summary>
    public double Lambda { get; } = Setting.NotNegative(Lambda);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Logistic((pairs.Margin - (-pairs.ChosenRatio).Within(least: 0).Times(Lambda)).Times(Beta));
    }
}
