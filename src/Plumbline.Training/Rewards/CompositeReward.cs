namespace Plumbline.Training.Rewards;

/// <summary>A reward of several parts, each with its weight: Σ w·r (087).</summary>
/// <typeparam name="T">What is rewarded, with all that its parts have to know.</typeparam>
/// <param name="parts">Name, weight and reward of each part.</param>
public sealed class CompositeReward<T>(params IReadOnlyList<RewardPart<T>> parts)
{
    /// <summary>The parts.</summary>
    public IReadOnlyList<RewardPart<T>> Parts { get; } = parts.Count > 0 && parts.All(part => double.IsFinite(part.Weight)) ? parts : throw new ArgumentException("There is at least one part, and weights are numbers.", nameof(parts));

    /// <summary>What something is worth.</summary>
    /// <exception cref="InvalidOperationException">A part is no finite number.</exception>
    public double Of(T subject) => Parts.Where(part => part.Weight != 0).Sum(part => part.Weight * Finite(part.Name, part.Reward(subject)));

    /// <summary>The same without a part.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public CompositeReward<T> Without(string name) => Parts.Any(part => part.Name == name) ? new([.. Parts.Select(part => part.Name == name ? part with { Weight = 0 } : part)])
        : throw new ArgumentException($"There is no part '{name}', but {string.Join(", ", Parts.Select(part => part.Name))}.", nameof(name));

    private static double Finite(string name, double reward) => double.IsFinite(reward) ? reward : throw new InvalidOperationException($"The part '{name}' of a reward is {reward}.");
}

/// <summary>One part of a reward.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Weight">w.</param>
/// <param name="Reward">r, best from 0 to 1.</param>
/// <typeparam name="T">What is rewarded.</typeparam>
public sealed record RewardPart<T>(string Name, double Weight, Func<T, double> Reward);
