namespace Plumbline.Training.Objectives;

/// <summary>How much better each token was than the critic expected, looking ahead with fading trust (GAE, Schulman et al. 2016).</summary>
public static class GeneralisedAdvantage
{
    /// <summary>δ_t = R_t + γ·V_{t+1} − V_t, A_t = δ_t + γλ·A_{t+1}; nothing follows the last token.</summary>
    /// <param name="rewards">R, of each token of one answer.</param>
    /// <param name="values">V, what the critic expected before each token.</param>
    /// <param name="discount">γ, from 0 to 1.</param>
    /// <param name="trace">λ, from 0 (only the next value counts) to 1 (only rewards do).</param>
    /// <returns>A, and A + V: what the critic should have expected.</returns>
    public static (double[] Advantages, double[] Returns) Of(IReadOnlyList<double> rewards, IReadOnlyList<double> values, double discount = 1, double trace = 0.95)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        ArgumentNullException.ThrowIfNull(values);
        if (rewards.Count != values.Count)
            throw new ArgumentException($"There are {rewards.Count} rewards and {values.Count} values.", nameof(values));
        var advantages = new double[rewards.Count];
        double next = 0, later = 0;
        for (var t = rewards.Count - 1; t >= 0; t--)
        {
            later = rewards[t] + discount * next - values[t] + discount * trace * later;
            advantages[t] = later;
            next = values[t];
        }
        return (advantages, [.. advantages.Zip(values, (advantage, value) => advantage + value)]);
    }
}
