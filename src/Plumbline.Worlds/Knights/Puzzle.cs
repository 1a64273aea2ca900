namespace Plumbline.Worlds.Knights;

/// <summary>What a player is.</summary>
public enum Role
{
    /// <summary>Always tells the truth.</summary>
    Knight,

    /// <summary>Always lies.</summary>
    Knave,

    /// <summary>Tells the truth or lies.</summary>
    Spy,
}

/// <summary>A puzzle of knights, knaves and one spy: who is what follows from what each says, and in one way only (077).</summary>
/// <param name="Statements">What each player says, in the order of speaking; of the truth of earlier speakers alone.</param>
/// <param name="Solution">What each player is.</param>
public sealed record Puzzle(IReadOnlyList<Statement> Statements, IReadOnlyList<Role> Solution)
{
    /// <summary>How many play.</summary>
    public int Players => Statements.Count;

    /// <summary>Draws puzzles until one has a single solution.</summary>
    /// <param name="players">3 to 9.</param>
    /// <param name="draws">Statements.</param>
    public static Puzzle Draw(int players, Draws draws)
    {
        while (true)
            if (TryDraw(players, draws) is { } puzzle)
                return puzzle;
    }

    /// <summary>Draws one puzzle.</summary>
    /// <param name="players">3 to 9.</param>
    /// <param name="draws">Statements.</param>
    /// <returns>Null if it has no solution or several.</returns>
    public static Puzzle? TryDraw(int players, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        if (players is < 3 or > 9)
            throw new ArgumentOutOfRangeException(nameof(players), players, "A puzzle has 3 to 9 players.");
        Statement[] statements = [.. Enumerable.Range(0, players).Select(speaker => Statement.Draw(players, speaker, draws))];
        return Solve(statements) is [var only] ? new(statements, only) : null;
    }

    /// <summary>All ways in which the players can be knights, knaves and one spy, so that every knight says what is true and every knave what is not.</summary>
    public static IReadOnlyList<IReadOnlyList<Role>> Solve(IReadOnlyList<Statement> statements)
    {
        ArgumentNullException.ThrowIfNull(statements);
        var found = new List<IReadOnlyList<Role>>();
        for (var spy = 0; spy < statements.Count; spy++)
        {
            for (var others = 0; others < 1 << (statements.Count - 1); others++)
            {
                var roles = new Role[statements.Count];
                for (int player = 0, bit = 0; player < roles.Length; player++)
                    roles[player] = player == spy ? Role.Spy : (others >> bit++ & 1) == 0 ? Role.Knight : Role.Knave;
                if (Holds(statements, roles))
                    found.Add(roles);
            }
        }
        return found;
    }

    /// <summary>Whether roles solve the puzzle: one spy, and everybody says what his role lets him say.</summary>
    public bool IsSolvedBy(IReadOnlyList<Role> roles)
    {
        ArgumentNullException.ThrowIfNull(roles);
        return roles.Count == Players && roles.Count(role => role == Role.Spy) == 1 && Holds(Statements, roles);
    }

    /// <summary>Whether everybody says what his role lets him say, however many spies there are.</summary>
    public static bool Holds(IReadOnlyList<Statement> statements, IReadOnlyList<Role> roles)
    {
        ArgumentNullException.ThrowIfNull(statements);
        ArgumentNullException.ThrowIfNull(roles);
        Span<bool> truths = stackalloc bool[statements.Count];
        for (var player = 0; player < statements.Count; player++)
        {
            truths[player] = statements[player].IsTrue(roles, truths[..player]);
            if (roles[player] != Role.Spy && truths[player] != (roles[player] == Role.Knight))
                return false;
        }
        return true;
    }
}
