namespace Plumbline.Worlds.Knights;

/// <summary>A puzzle in words, and assignments of roles read back from words.</summary>
public static class PuzzleText
{
    private static readonly string[] Names = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Fay", "Gil", "Hal", "Ivy"];

    /// <summary>The name of a player.</summary>
    public static string Name(int player) => Names[player];

    /// <summary>The rules of the game and what each player says.</summary>
    public static string Of(Puzzle puzzle)
    {
        ArgumentNullException.ThrowIfNull(puzzle);
        return $"Knights always tell the truth, knaves always lie, and the one spy does either. Players: {string.Join(", ", Names.Take(puzzle.Players))}. They speak in this order. "
            + string.Join(' ', puzzle.Statements.Select((statement, speaker) => $"{Names[speaker]}: {Said(statement)}.")) + " Who is what?";
    }

    /// <summary>An assignment in words: <c>Ada knight, Ben spy, Cleo knave</c>.</summary>
    public static string Of(IReadOnlyList<Role> roles)
    {
        ArgumentNullException.ThrowIfNull(roles);
        return string.Join(", ", roles.Select((role, player) => $"{Names[player]} {Word(role)}"));
    }

    /// <summary>What a text says each player is; null for a player of whom it says nothing, or two things.</summary>
    public static IReadOnlyList<Role?> Read(string text, int players)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split([' ', ',', '.', ':', ';', '\n', '\r', '\t', '='], StringSplitOptions.RemoveEmptyEntries);
        var roles = new Role?[players];
        var twice = new bool[players];
        for (var at = 0; at + 1 < words.Length; at++)
        {
            var player = Array.FindIndex(Names, 0, players, name => string.Equals(name, words[at], StringComparison.OrdinalIgnoreCase));
            if (player < 0 || !Enum.TryParse<Role>(words[at + 1], ignoreCase: true, out var role) || char.IsAsciiDigit(words[at + 1][0]))
                continue;
            twice[player] |= roles[player] is { } before && before != role;
            roles[player] = role;
        }
        return [.. roles.Zip(twice, (role, contradicted) => contradicted ? null : role)];
    }

    private static string Said(Statement statement) => statement switch
    {
        ExactlyHaveRole said => $"exactly {said.Count} of {List(said.Among)} {(said.Count == 1 ? "is a " : "are ")}{Word(said.Role)}{(said.Count == 1 ? "" : "s")}".Replace("spys", "spies", StringComparison.Ordinal),
        ShareRole said => said.Same ? $"{List(said.Among)} all have the same role" : $"{List(said.Among)} do not all have the same role",
        EvenlyHaveRole said => $"the number of {(said.Role == Role.Spy ? "spies" : Word(said.Role) + "s")} among {List(said.Among)} is {(said.Even ? "even" : "odd")}",
        ExactlySpeakTrue said => $"exactly {said.Count} of {List(said.Among)} said what is true",
        ShareTruth said => $"{List(said.Among)} all said what is true, or all what is not",
        EvenlySpeakTrue said => $"the number of those of {List(said.Among)} who said what is true is {(said.Even ? "even" : "odd")}",
        ExactlyOneOf said => $"exactly one of these is true: ({Said(said.One)}); ({Said(said.Other)})",
        _ => throw new ArgumentOutOfRangeException(nameof(statement)),
    };

    private static string Word(Role role) => role switch { Role.Knight => "knight", Role.Knave => "knave", _ => "spy" };

    private static string List(IReadOnlyList<int> players) => string.Join(" and ", players.Select(player => Names[player]));
}
