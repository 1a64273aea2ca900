using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>What a change of the policy gains on answers of an earlier one, no further than the clip lets it (PPO, Schulman et al. 2017).</summary>
/// <remarks>min(r·A, clip(r, 1 − ε, 1 + ε′)·A), r = π/π_old. DAPO has ε′ &gt; ε, so that unlikely tokens may grow.</remarks>
public static class ClippedSurrogate
{
    /// <summary>Of each token, [tokens]; to be made large.</summary>
    /// <param name="ratio">r, [tokens].</param>
    /// <param name="advantage">A, [tokens].</param>
    /// <param name="below">ε; null: no clip.</param>
    /// <param name="above">ε′; null: as <paramref name="below"/>.</param>
    public static Tensor Of(Tensor ratio, Tensor advantage, double? below, double? above = null)
    {
        ArgumentNullException.ThrowIfNull(ratio);
        ArgumentNullException.ThrowIfNull(advantage);
        return below is not { } lower ? ratio * advantage : minimum(ratio * advantage, ratio.Within(1 - lower, 1 + (above ?? lower)) * advantage);
    }

    /// <summary>Whether each ratio left the band, as 0 or 1, [tokens].</summary>
    internal static Tensor Outside(Tensor ratio, double? below, double? above = null) => below is not { } lower ? zeros_like(ratio)
        : (ratio.GreaterThan(1 + (above ?? lower)) | (-ratio).GreaterThan(lower - 1)).to(ScalarType.Float32);
}
