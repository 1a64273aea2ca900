using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Group-relative policy gradient with a clipped ratio and a pull to the reference (kernel K5; GRPO, Shao et al. 2024).</summary>
/// <remarks>
/// Per token: −min(r·A, clip(r, 1 − ε, 1 + ε)·A) + β·(e^(l_ref − l) − (l_ref − l) − 1), r = e^(l − l_old); the mean over all trained tokens of the batch,
/// so that a long answer weighs more than a short one.
/// </remarks>
/// <param name="Clip">ε, how far the ratio may go from 1, between 0 and 1.</param>
/// <param name="Beta">Strength of the pull to the reference, ≥ 0.</param>
public sealed record GroupPolicyGradient(double Clip = 0.2, double Beta = 0.02)
{
    /// <summary>ε, how far the ratio may go from 1.</summary>
    public double Clip { get; } = Clip is > 0 and < 1 ? Clip : throw new ArgumentOutOfRangeException(nameof(Clip), Clip, "ε is between 0 and 1.");

    /// <summary>β, strength of the pull to the reference.</summary>
    public double Beta { get; } = Beta >= 0 && double.IsFinite(Beta) ? Beta : throw new ArgumentOutOfRangeException(nameof(Beta), Beta, "β is at least 0.");

    /// <summary>Advantages of one group of answers to one prompt: rewards less their mean, over their deviation; 0 where all rewards are equal.</summary>
    public static double[] Advantages(IReadOnlyList<double> rewards)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        if (rewards.Count == 0)
            return [];
        var mean = rewards.Average();
        var deviation = Math.Sqrt(rewards.Average(reward => (reward - mean) * (reward - mean)));
        return [.. rewards.Select(reward => deviation < 1e-9 ? 0 : (reward - mean) / deviation)];
    }

    /// <summary>The loss of each token, [tokens].</summary>
    /// <param name="tokens">Columns of the tokens.</param>
    public Tensor PerToken(SampledLogProbs tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var ratio = (tokens.Policy - tokens.Behaviour).exp();
        var surrogate = minimum(ratio * tokens.Advantage, ratio.Within(1 - Clip, 1 + Clip) * tokens.Advantage);
        return Divergence(tokens.Policy, tokens.Reference).Times(Beta) - surrogate;
    }

    /// <summary>The mean over tokens.</summary>
    /// <param name="tokens">Columns of the tokens.</param>
    /// <returns>With <c>divergence</c> from the reference per token, and <c>clipped</c>: the share of tokens whose ratio left the band.</returns>
    public ObjectiveLoss Compute(SampledLogProbs tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var value = PerToken(tokens).mean();
        using var off = no_grad();
        return new ObjectiveLoss(value, new Dictionary<string, Tensor>
        {
            ["divergence"] = Divergence(tokens.Policy, tokens.Reference).mean(),
            ["clipped"] = (tokens.Policy - tokens.Behaviour).exp().Minus(1).abs().GreaterThan(Clip).to(ScalarType.Float32).mean(),
        });
    }

    /// <summary>A non-negative estimate of the divergence from the reference at each token, [tokens] (k3, Schulman 2020).</summary>
    public static Tensor Divergence(Tensor policy, Tensor reference)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(reference);
        var gap = reference - policy;
        return (gap.exp() - gap).Minus(1);
    }
}
