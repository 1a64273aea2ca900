using System.Text.Json.Serialization;
using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>How the divergence from the reference is estimated from a token that was sampled (Schulman 2020); u = l − l_ref.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DivergenceEstimate>))]
public enum DivergenceEstimate
{
    /// <summary>u: right in expectation. In a loss its gradient is 0 in expectation, so it belongs into the reward.</summary>
    K1,

    /// <summary>u²/2: not right in expectation, but its gradient is that of the divergence.</summary>
    K2,

    /// <summary>e^(−u) + u − 1: right in expectation and never negative.</summary>
    K3,
}

/// <summary>Estimates of the divergence from the reference at each token.</summary>
public static class TokenDivergence
{
    /// <summary>The estimate of each token, [tokens].</summary>
    /// <param name="policy">l, [tokens].</param>
    /// <param name="reference">l_ref, [tokens].</param>
    /// <param name="estimate">Which.</param>
    public static Tensor Of(Tensor policy, Tensor reference, DivergenceEstimate estimate = DivergenceEstimate.K3)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(reference);
        var gap = reference - policy;
        return estimate switch
        {
            DivergenceEstimate.K1 => -gap,
            DivergenceEstimate.K2 => gap.Squared().Over(2),
            _ => (gap.exp() - gap).Minus(1),
        };
    }
}
