using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>How far a critic is from what came, with no credit for running far from what it said before (PPO, Schulman et al. 2017).</summary>
/// <remarks>½·max((V − R)², (clip(V, V_old − ε, V_old + ε) − R)²)</remarks>
public static class ClippedValueLoss
{
    /// <summary>Of each token, [tokens].</summary>
    /// <param name="values">V, now, [tokens].</param>
    /// <param name="before">V_old, when the answers were sampled, [tokens].</param>
    /// <param name="returns">R, what came, [tokens].</param>
    /// <param name="clip">ε; null: no clip.</param>
    public static Tensor Of(Tensor values, Tensor before, Tensor returns, double? clip)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(returns);
        var error = (values - returns).Squared();
        return (clip is { } most ? maximum(error, (before.Plus((values - before).Within(-most, most)) - returns).Squared()) : error).Over(2);
    }
}
