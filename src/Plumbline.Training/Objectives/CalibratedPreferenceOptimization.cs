using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Cal-DPO: ratios that order the answers and have the scale of the rewards too (Xiao et al. 2024).</summary>
/// <remarks>loss = −log σ(Δ) + (ρ_w − 1/(2β))² + (ρ_l + 1/(2β))².</remarks>
/// <param name="Beta">β, &gt; 0.</param>
public sealed record CalibratedPreferenceOptimization(double Beta) : PairObjective
{
    /// <summary>β: ratios are asked to be 1/(2β) and −1/(2β).</summary>
    public double Beta { get; } = Setting.Positive(Beta);

    /// <inheritdoc/>
    public override Tensor PerPair(PairLogProbs pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return SelfPlayPreferenceOptimization.Errors(pairs, Beta) - nn.functional.logsigmoid(pairs.Margin);
    }
}
