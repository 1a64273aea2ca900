using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>KTO: gains and losses against what the policy gives to any answer, as people weigh them (060; Ethayarajh et al. 2024).</summary>
/// <remarks>
/// z0 = max(0, mean ρ of prompts with answers to other prompts of the step), without gradient. Good: λ_D·(1 − σ(β·(ρ − z0))); bad: λ_U·(1 − σ(β·(z0 − ρ))).
/// </remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="DesirableWeight">λ_D, ≥ 0. The paper wants λ_D·(good answers) between 1 and 4/3 of λ_U·(bad answers).</param>
/// <param name="UndesirableWeight">λ_U, ≥ 0.</param>
public sealed record KahnemanTverskyOptimization(double Beta, double DesirableWeight = 1, double UndesirableWeight = 1) : PointObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>λ_D, weight of good answers.</summary>
    public double DesirableWeight { get; } = Setting.NotNegative(DesirableWeight);

    /// <summary>λ_U, weight of bad answers.</summary>
    public double UndesirableWeight { get; } = Setting.NotNegative(UndesirableWeight);

    /// <inheritdoc/>
    public override PointBaseline Baseline => PointBaseline.Mismatched;

    /// <inheritdoc/>
    public override Tensor PerAnswer(PointLogProbs answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var gain = (answers.Ratio - BaselineOf(answers).Within(least: 0)).Times(Beta);
        return Mixed(answers, (-gain).sigmoid().Times(DesirableWeight), gain.sigmoid().Times(UndesirableWeight));
    }
}
