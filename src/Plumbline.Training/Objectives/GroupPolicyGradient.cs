using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Group-relative policy gradient with a clipped ratio and a pull to the reference (kernel K5; GRPO, Shao et al. 2024).</summary>
/// <remarks>
/// Per token: −min(r·A, clip(r, 1 − ε, 1 + ε)·A) + β·(e^(l_ref − l) − (l_ref − l) − 1), r = e^(l − l_old); the mean over all trained tokens of the batch.
/// </remarks>
/// <param name="Clip">ε, how far the ratio may go from 1.</param>
/// <param name="Beta">Strength of the pull to the reference, ≥ 0.</param>
public sealed record GroupPolicyGradient(double Clip = 0.2, double Beta = 0.02)
{
    /// <summary>Advantages of one group of answers to one prompt: rewards less their mean, over their deviation; 0 where all rewards are equal.</summary>
    public static double[] Advantages(IReadOnlyList<double> rewards)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        var mean = rewards.Average();
        var deviation = Math.Sqrt(rewards.Average(reward => (reward - mean) * (reward - mean)));
        return [.. rewards.Select(reward => deviation < 1e-9 ? 0 : (reward - mean) / deviation)];
    }

    /// <summary>The loss of each token, [tokens].</summary>
    /// <param name="policy">Log-probability of each sampled token now.</param>
    /// <param name="behaviour">When it was sampled.</param>
    /// <param name="reference">Under the reference.</param>
    /// <param name="advantage">Of the answer that the token belongs to.</param>
    public Tensor PerToken(Tensor policy, Tensor behaviour, Tensor reference, Tensor advantage)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var ratio = (policy - behaviour).exp();
        var surrogate = minimum(ratio * advantage, ratio.clamp(1 - Clip, 1 + Clip) * advantage);
        return -surrogate + Beta * Divergence(policy, reference);
    }

    /// <summary>A non-negative estimate of the divergence from the reference at each token, [tokens] (k3, Schulman 2020).</summary>
    public static Tensor Divergence(Tensor policy, Tensor reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var gap = reference - policy;
        return gap.exp() - gap - 1;
    }
}
