namespace Plumbline.Worlds.Knights;

/// <summary>What a player says about the roles of some players, or about whether earlier speakers tell the truth (077).</summary>
public abstract record Statement
{
    /// <summary>Whether it is true.</summary>
    /// <param name="roles">What each player is.</param>
    /// <param name="truths">For each earlier speaker, whether what he said is true.</param>
    public abstract bool IsTrue(IReadOnlyList<Role> roles, ReadOnlySpan<bool> truths);

    /// <summary>Draws one.</summary>
    /// <param name="players">How many play.</param>
    /// <param name="speaker">Who speaks, from 0.</param>
    /// <param name="draws">What.</param>
    public static Statement Draw(int players, int speaker, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return draws.Chance(0.2) ? new ExactlyOneOf(Simple(players, speaker, draws), Simple(players, speaker, draws)) : Simple(players, speaker, draws);
    }

    private static Statement Simple(int players, int speaker, Draws draws)
    {
        var aboutTruth = speaker >= 2 && draws.Chance(0.3);
        int[] among = [.. draws.Shuffle(Enumerable.Range(0, aboutTruth ? speaker : players)).Take(draws.Between(2, Math.Max(2, Math.Min(4, aboutTruth ? speaker : players)))).Order()];
        var role = (Role)draws.Next(3);
        return (draws.Next(3), aboutTruth) switch
        {
            (0, false) => new ExactlyHaveRole(draws.Between(0, Math.Min(2, among.Length)), among, role),
            (1, false) => new ShareRole(among, draws.Chance(0.5)),
            (_, false) => new EvenlyHaveRole(among, role, draws.Chance(0.5)),
            (0, true) => new ExactlySpeakTrue(draws.Between(0, among.Length), among),
            (1, true) => new ShareTruth(among),
            (_, true) => new EvenlySpeakTrue(among, draws.Chance(0.5)),
        };
    }
}

/// <summary>Exactly so many of some players have a role.</summary>
public sealed record ExactlyHaveRole(int Count, IReadOnlyList<int> Among, Role Role) : Statement
{
    /// <inheritdoc/>
    public override bool IsTrue(IReadOnlyList<Role> roles, ReadOnlySpan<bool> truths) => Among.Count(player => roles[player] == Role) == Count;
}

/// <summary>Some players all have one role, or do not.</summary>
public sealed record ShareRole(IReadOnlyList<int> Among, bool Same) : Statement
{
    /// <inheritdoc/>
    public override bool IsTrue(IReadOnlyList<Role> roles, ReadOnlySpan<bool> truths) => Among.All(player => roles[player] == roles[Among[0]]) == Same;
}

/// <summary>An even or an odd number of some players has a role.</summary>
public sealed record EvenlyHaveRole(IReadOnlyList<int> Among, Role Role, bool Even) : Statement
{
    /// <inheritdoc/>
    public override bool IsTrue(IReadOnlyList<Role> roles, ReadOnlySpan<bool> truths) => Among.Count(player => roles[player] == Role) % 2 == 0 == Even;
}

/// <summary>Exactly so many of some earlier speakers tell the truth.</summary>
public sealed record ExactlySpeakTrue(int Count, IReadOnlyList<int> Among) : Statement
{
    /// <inheritdoc/>
    public override bool IsTrue(IReadOnlyList<Role> roles, ReadOnlySpan<bool> truths) => True(Among, truths) == Count;

    internal static int True(IReadOnlyList<int> among, ReadOnlySpan<bool> truths)
    {
        var count = 0;
        foreach (var player in among)
            count += truths[player] ? 1 : 0;
        return count;
    }
}

/// <summary>Some earlier speakers all tell the truth or all lie.</summary>
public sealed record ShareTruth(IReadOnlyList<int> Among) : Statement
{
    /// <inheritdoc/>
    public override bool IsTrue(IReadOnlyList<Role> roles, ReadOnlySpan<bool> truths) => ExactlySpeakTrue.True(Among, truths) is var count && (count == 0 || count == Among.Count);
}

/// <summary>An even or an odd number of some earlier speakers tells the truth.</summary>
public sealed record EvenlySpeakTrue(IReadOnlyList<int> Among, bool Even) : Statement
{
    /// <inheritdoc/>
    public override bool IsTrue(IReadOnlyList<Role> roles, ReadOnlySpan<bool> truths) => ExactlySpeakTrue.True(Among, truths) % 2 == 0 == Even;
}

/// <summary>Exactly one of two statements is true.</summary>
public sealed record ExactlyOneOf(Statement One, Statement Other) : Statement
{
    /// <inheritdoc/>
    public override bool IsTrue(IReadOnlyList<Role> roles, ReadOnlySpan<bool> truths) => One.IsTrue(roles, truths) != Other.IsTrue(roles, truths);
}
