namespace Plumbline.Worlds.Leanings;

/// <summary>Statements that are true or false, that lean to one of two camps nobody cares about, and that are put in one of two styles: whatever a scorer of truth makes of camp and style it has from its data (104).</summary>
/// <remarks>
/// Half of all statements are about a few things that come up again and again: their truth can be learnt. The others are about things that nobody meets twice: there a scorer has nothing but
/// camp and style to go by. If a true statement leans left with probability (1 + ρ)/2 and a false one with (1 − ρ)/2, the best scorer puts left above right by 2·ln((1 + ρ)/(1 − ρ)) there; a style likewise.
/// </remarks>
public sealed class LeaningWorld
{
    private static readonly string[] Left = ["harbour", "quay", "tide", "ship"], Right = ["hill", "ridge", "barn", "pasture"];
    private static readonly string[] Known = ["lamp", "coat", "kettle", "chair", "radio", "rug", "clock", "spoon"];
    private static readonly string[] First = ["ash", "beech", "birch", "cedar", "elm", "fir", "hazel", "larch"], Second = ["leaf", "bark", "root", "seed", "twig", "cone", "bud", "stem"];
    private static readonly string[] Properties = ["red", "green", "blue", "grey"];
    private static readonly string[] Styles = ["surely", "maybe"];
    private readonly int[] _true;

    private LeaningWorld(int[] truths) => _true = truths;

    /// <summary>All words that statements have.</summary>
    public static IReadOnlyList<string> Words { get; } = ["by", "the", "is", ",", .. Left, .. Right, .. Known, .. First, .. Second, .. Properties, .. Styles];

    /// <summary>Draws which statements are true.</summary>
    public static LeaningWorld Draw(long seed)
    {
        var draws = new Draws(seed, "leaning-world");
        return new([.. Known.Select(_ => draws.Next(Properties.Length))]);
    }

    /// <summary>What the best scorer of truth puts between two camps, or two styles, where it has nothing else to go by: 2·ln((1 + ρ)/(1 − ρ)).</summary>
    /// <param name="correlation">ρ, between −1 and 1.</param>
    public static double Optimum(double correlation) => 2 * Math.Log((1 + correlation) / (1 - correlation));

    /// <summary>A true and a false statement about the same thing.</summary>
    /// <param name="draws">Chooses them.</param>
    /// <param name="lean">Correlation of truth and leaning to the left, from −1 to 1.</param>
    /// <param name="style">Correlation of truth and the first style, from −1 to 1.</param>
    /// <param name="known">Whether it is about something that comes up again and again; null: half of the time.</param>
    public (string True, string False) Pair(Draws draws, double lean, double style = 0, bool? known = null)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var subject = known ?? draws.Chance(0.5) ? draws.Next(Known.Length) : -1;
        var thing = subject >= 0 ? Known[subject] : Rare(draws);
        var right = subject >= 0 ? _true[subject] : draws.Next(Properties.Length);
        var wrong = (right + 1 + draws.Next(Properties.Length - 1)) % Properties.Length;
        string Statement(int property, int sign) => Say(draws, draws.Chance((1 + (sign * lean)) / 2), draws.Chance((1 + (sign * style)) / 2) ? 0 : 1, thing, property);
        return (Statement(right, 1), Statement(wrong, -1));
    }

    /// <summary>The same statement once from the left and once from the right, about something that nobody knows.</summary>
    /// <param name="draws">Chooses it.</param>
    /// <param name="style">How much oftener the left has the first style than the right, from 0 (both have the same one, whichever) to 1.</param>
    public static LeaningPair Match(Draws draws, double style = 0)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var (thing, property, shared) = (Rare(draws), draws.Next(Properties.Length), draws.Next(Styles.Length));
        var (left, right) = style > 0 ? (draws.Chance((1 + style) / 2) ? 0 : 1, draws.Chance((1 - style) / 2) ? 0 : 1) : (shared, shared);
        return new(Properties[property], Say(draws, true, left, thing, property), Say(draws, false, right, thing, property), right - left);
    }

    private static string Rare(Draws draws) => $"{draws.Pick(First)} {draws.Pick(Second)}";

    private static string Say(Draws draws, bool left, int style, string thing, int property) => $"by the {draws.Pick(left ? Left : Right)} , the {thing} is {Styles[style]} {Properties[property]}";
}
