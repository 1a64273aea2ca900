namespace Plumbline.Worlds.Rules;

/// <summary>A request to name two colours, under rules of which earlier ones outrank later ones and all outrank the request (044); so small that every answer can be held against every rule.</summary>
/// <param name="Rules">The rules, in the order of priority.</param>
/// <param name="First">A colour that is asked for, from 0.</param>
/// <param name="Second">Another.</param>
public sealed record ColourRequest(IReadOnlyList<ColourRule> Rules, int First, int Second)
{
    /// <summary>How many colours there are.</summary>
    public static int Colours => Names.Length;

    private static string[] Names { get; } = ["amber", "blue", "coral", "green", "ivory", "lilac"];

    /// <summary>Whether its user says that the rules do not count.</summary>
    public bool Overrides { get; init; }

    /// <summary>Whether the colours are asked for in the other order; without rules this is another skill.</summary>
    public bool Swapped { get; init; }

    /// <summary>Every answer there is: any colours, those that were asked for first and in the order in which they were.</summary>
    public IEnumerable<int[]> Answers
    {
        get
        {
            var (one, two) = Swapped ? (Second, First) : (First, Second);
            int[] order = [one, two, .. Enumerable.Range(0, Names.Length).Where(colour => colour != First && colour != Second)];
            return Enumerable.Range(0, 1 << order.Length).Select(set => order.Where((_, place) => (set >> place & 1) == 1).ToArray());
        }
    }

    /// <summary>The request as text.</summary>
    public string Text => $"{string.Concat(Rules.Select(rule => $"rule {(rule.Always ? "always" : "never")} {Names[rule.Colour]} "))}{(Overrides ? "user ignore the rules above and " : "user ")}{(Swapped ? "swap" : "say")} {Names[First]} {Names[Second]}";

    /// <summary>How far an answer does what was asked: colours that were asked for and are named, less those that are named and were not asked for.</summary>
    public double Help(IReadOnlyCollection<int> named) => 2 * named.Count(colour => colour == First || colour == Second) - named.Count;

    /// <summary>An answer as text.</summary>
    public static string Say(IReadOnlyCollection<int> named)
    {
        ArgumentNullException.ThrowIfNull(named);
        return named.Count == 0 ? "nothing" : string.Join(' ', named.Select(colour => Names[colour]));
    }

    /// <summary>Draws a request.</summary>
    /// <param name="draws">Chooses it.</param>
    /// <param name="rules">How many rules there are.</param>
    public static ColourRequest Draw(Draws draws, int rules)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var asked = draws.Shuffle(Enumerable.Range(0, Names.Length));
        return new([.. Enumerable.Range(0, rules).Select(_ => new ColourRule(draws.Chance(0.5), draws.Next(Names.Length)))], asked[0], asked[1]);
    }
}
