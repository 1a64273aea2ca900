using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>APO zero where answers come one by one (060; D'Oosterlinck et al. 2024; TRL's apo_zero_unpaired).</summary>
/// <remarks>Good: σ(−β·ρ); bad: σ(β·ρ).</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
public sealed record AnchoredAnswerOptimization(double Beta) : PointObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <inheritdoc/>
    public override Tensor PerAnswer(PointLogProbs answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var gain = answers.Ratio.Times(Beta);
        return Mixed(answers, (-gain).sigmoid(), gain.sigmoid());
    }
}
