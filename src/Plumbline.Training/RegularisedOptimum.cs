namespace Plumbline.Training;

/// <summary>The best that a policy over finitely many answers can be, if every step away from a reference is paid for: max E[R] − λ·KL(π ‖ π_ref) (060, 064, 114).</summary>
public static class RegularisedOptimum
{
    /// <summary>π*(y) = π_ref(y)·exp(R(y)/λ) / Z.</summary>
    /// <param name="reference">π_ref ≥ 0; need not add up to 1.</param>
    /// <param name="rewards">R, one for each answer.</param>
    /// <param name="price">λ &gt; 0, the price of a nat of divergence.</param>
    public static double[] Policy(IReadOnlyList<double> reference, IReadOnlyList<double> rewards, double price)
    {
        var logits = Logits(reference, rewards, price);
        var most = logits.Max();
        var shares = logits.Select(logit => Math.Exp(logit - most)).ToArray();
        var sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }

    /// <summary>λ·log Z: what the optimum is worth, reward less price.</summary>
    /// <param name="reference">π_ref ≥ 0, adding up to 1.</param>
    /// <param name="rewards">R, one for each answer.</param>
    /// <param name="price">λ &gt; 0.</param>
    public static double Value(IReadOnlyList<double> reference, IReadOnlyList<double> rewards, double price)
    {
        var logits = Logits(reference, rewards, price);
        var most = logits.Max();
        return price * (most + Math.Log(logits.Sum(logit => Math.Exp(logit - most))));
    }

    /// <summary>KL(π ‖ π_ref) in nats.</summary>
    /// <param name="policy">π, adding up to 1.</param>
    /// <param name="reference">π_ref, adding up to 1, above 0 wherever π is.</param>
    public static double Divergence(IReadOnlyList<double> policy, IReadOnlyList<double> reference)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(reference);
        return policy.Zip(reference, (share, anchor) => share == 0 ? 0 : share * Math.Log(share / anchor)).Sum();
    }

    private static double[] Logits(IReadOnlyList<double> reference, IReadOnlyList<double> rewards, double price)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(rewards);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(price);
        if (reference.Count != rewards.Count || reference.Count == 0)
            throw new ArgumentException($"There are {reference.Count} answers and {rewards.Count} rewards.", nameof(rewards));
        return [.. reference.Zip(rewards, (anchor, reward) => Math.Log(anchor) + reward / price)];
    }
}
