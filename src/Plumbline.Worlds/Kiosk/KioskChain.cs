namespace Plumbline.Worlds.Kiosk;

/// <summary>A reply at the kiosk with the thoughts before it: which rule applies, what to do, what to say (032).</summary>
/// <param name="Rule">The rule or the fact that decides.</param>
/// <param name="Deed">Grant or refuse.</param>
/// <param name="Reply">What is said, as <see cref="KioskAnswer"/> reads it.</param>
public sealed record KioskChain(string Rule, string Deed, string Reply)
{
    private const string Grant = "grant", Refuse = "refuse";

    /// <summary>The word that opens each step; no other text has it.</summary>
    public static IReadOnlyList<string> Openings { get; } = ["first", "then", "so"];

    /// <summary>Each word that chains have besides those of requests and answers, twice, as it stands in a text.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Openings.Concat([Grant, Refuse]).SelectMany(word => (string[])[" " + word, " " + word])];

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<string> Steps => [Rule, Deed, Reply];

    /// <summary>The chain that is right.</summary>
    public static KioskChain Right(KioskWorld world, KioskRequest request)
    {
        ArgumentNullException.ThrowIfNull(world);
        var right = world.Right(request);
        return new(right.Reason, Decide(right.Granted), right.Text);
    }

    /// <summary>What is to be done, in a word.</summary>
    public static string Decide(bool granted) => granted ? Grant : Refuse;

    /// <summary>What a chain, or the rest of one, says in its last step.</summary>
    /// <param name="text">What was written.</param>
    /// <returns>Empty if it does not come to its last step.</returns>
    public static string Last(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] words = text.Split(' ');
        return Array.IndexOf(words, Openings[^1]) is >= 0 and var at ? string.Join(' ', words[(at + 1)..]) : "";
    }
}
