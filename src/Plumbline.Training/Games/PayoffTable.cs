namespace Plumbline.Training.Games;

/// <summary>What a reply is worth to the model and to the user.</summary>
public sealed record Payoff(double Model, double User);

/// <summary>Payoffs of the replies that are open, and the choice among them (024).</summary>
/// <param name="Replies">At least one.</param>
public sealed record PayoffTable(IReadOnlyList<Payoff> Replies)
{
    /// <summary>Payoffs of the replies that are open.</summary>
    public IReadOnlyList<Payoff> Replies { get; } = Replies is { Count: > 0 } ? Replies : throw new ArgumentException("There is no reply.", nameof(Replies));

    /// <summary>The replies, by index, that no other is better than for one and at least as good as for both.</summary>
    public IReadOnlyList<int> ParetoSet => [.. Enumerable.Range(0, Replies.Count).Where(index => !Replies.Any(other => IsBetter(other, Replies[index])))];

    /// <summary>The reply of the Pareto set whose sum is largest, or whose product is; of several the best for the user, then for the model, then the first.</summary>
    /// <param name="byProduct">Whether products are compared, as one release does when it answers, instead of sums.</param>
    /// <returns>Its index.</returns>
    public int Choose(bool byProduct = false) => ParetoSet.OrderByDescending(index => byProduct ? Replies[index].Model * Replies[index].User : Replies[index].Model + Replies[index].User)
        .ThenByDescending(index => Replies[index].User).ThenByDescending(index => Replies[index].Model).First();

    private static bool IsBetter(Payoff one, Payoff other) => one.Model >= other.Model && one.User >= other.User && one != other;
}
