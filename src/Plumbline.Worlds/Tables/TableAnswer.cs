namespace Plumbline.Worlds.Tables;

/// <summary>A row and its course.</summary>
/// <param name="Question">The row in words.</param>
/// <param name="Truth">What comes of it.</param>
public sealed record TableRow(string Question, TableAnswer Truth);

/// <summary>What is said of a row.</summary>
/// <param name="Stage">The reasoning: stage 1 to 3; null if none is given.</param>
/// <param name="Poor">The class.</param>
/// <param name="Months">How long.</param>
public sealed record TableAnswer(int? Stage, bool Poor, int Months)
{
    /// <summary>The reasoning in words; empty if none is given.</summary>
    public string Reasoning => Stage is { } stage ? $"stage {TableWorld.Numbers[stage]}" : "";

    /// <summary>The answer in words, after its reasoning if there is one.</summary>
    public string Text => $"{Reasoning} class {(Poor ? "poor" : "good")} months {TableWorld.Numbers[Months]}".TrimStart();

    /// <summary>Reads an answer; null if it does not have the form of one.</summary>
    /// <param name="text">What somebody wrote; not to be trusted.</param>
    public static TableAnswer? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (stage, rest) = words is ["stage", var said, ..] ? (Number(said), words[2..]) : ((int?)null, words);
        if (words.Length > rest.Length && stage is not (>= 1 and <= 3))
            return null;
        return rest is ["class", "poor" or "good", "months", var months] && Number(months) is { } count ? new(stage, rest[1] == "poor", count) : null;
    }

    private static int? Number(string word) => TableWorld.Numbers.ToList().IndexOf(word) is >= 0 and var number ? number : null;
}
