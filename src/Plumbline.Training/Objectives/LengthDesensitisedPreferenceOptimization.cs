using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>LD-DPO: what an answer says beyond the length of the other counts less (Liu et al. 2024).</summary>
/// <remarks>loss = −log σ(β·Δ̂), of sums Ŝ = α·S + (1 − α)·S over the first min(n_w, n_l) tokens, for policy and reference; α = 1 is DPO.</remarks>
/// <param name="Beta">Strength of the pull to the reference, &gt; 0.</param>
/// <param name="Alpha">α, how much the rest counts, from 0 to 1.</param>
public sealed record LengthDesensitisedPreferenceOptimization(double Beta, double Alpha = 0.5) : PairObjective
{
    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <summary>α, how much the rest counts.</summary>
    public double Alpha { get; } = Setting.Share(Alpha);

    /// <inheritdoc/>
    public override PairColumns Needs => PairColumns.Reference | PairColumns.Shared;

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var shared = pairs.Shared ?? throw new InvalidOperationException("There are no sums over shared lengths.");
        var margin = shared.Chosen - shared.ReferenceChosen - (shared.Rejected - shared.ReferenceRejected);
        return Logistic(pairs.Margin.Times(Alpha).Plus(margin.Times(1 - Alpha)).Times(Beta));
    }
}
