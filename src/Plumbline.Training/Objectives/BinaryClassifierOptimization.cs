using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>BCO: the reward says of each answer whether it is a good or a bad one (060; Jung et al. 2024).</summary>
/// <remarks>Good: −log σ(β·ρ − δ); bad: −log σ(δ − β·ρ). δ = β times the mean ρ of the answers of the step; TRL and the paper take a mean over all steps so far.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
public sealed record BinaryClassifierOptimization(double Beta) : PointObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <inheritdoc/>
    public override PointBaseline Baseline => PointBaseline.Answers;

    /// <inheritdoc/>
    public override Tensor PerAnswer(PointLogProbs answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var gain = (answers.Ratio - BaselineOf(answers)).Times(Beta);
        return Mixed(answers, Logistic(gain), Logistic(-gain));
    }
}
