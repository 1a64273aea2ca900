using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>The hinge of SLiC (Zhao et al. 2023) on the margin against the reference (060).</summary>
/// <remarks>loss = max(0, 1 − β·Δ). As in TRL; SLiC-HF itself has the margin of the policy alone, and a likelihood term.</remarks>
/// <param name="Beta">One over the margin that is enough, &gt; 0.</param>
public sealed record HingePreferenceOptimization(double Beta) : PairObjective
{
    /// <summary>β, one over the margin that is enough.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs.Margin.Times(-Beta).Plus(1.0).Within(least: 0);
    }
}
