using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Plumbline.Worlds.Facts;

/// <summary>What a free text says: its claims one by one, whether it says that the answer is not known or that sources disagree, and how sure it is.</summary>
/// <param name="Claims">In their order, each once; what is denied is no claim.</param>
/// <param name="SaysUnknown">Whether it says that it does not know.</param>
/// <param name="SaysDisagreement">Whether it says that sources disagree.</param>
/// <param name="Confidence">From 0 to 1, where it states one as a number or in one of the <see cref="Grades"/>.</param>
public sealed partial record FactAnswer(IReadOnlyList<Fact> Claims, bool SaysUnknown, bool SaysDisagreement, double? Confidence)
{
    private const int LongestText = 20_000;
    private static readonly string[] Unknown = ["not know", "n't know", "not sure who", "no idea", "cannot say", "can't say"];
    private static readonly string[] Disagreement = ["disagree", "conflict", "contradict"];
    private static readonly FrozenSet<string> Denials = FrozenSet.ToFrozenSet(["not", "never", "no", "isn't", "doesn't"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Words for how sure one is, and what they stand for: the middle of a fifth each. The longer ones first, so that "not at all sure" is not read as "sure".</summary>
    public static IReadOnlyList<(string Words, double Confidence)> Grades { get; } =
        [("not at all sure", 0.1), ("not very sure", 0.3), ("somewhat sure", 0.5), ("fairly sure", 0.7), ("quite certain", 0.9)];

    /// <summary>Reads an answer.</summary>
    /// <param name="subject">Whom it is about, where it names nobody.</param>
    /// <param name="text">The answer, at most 20,000 characters; the rest is not read.</param>
    public static FactAnswer Read(string subject, string text)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(text);
        var read = (text.Length > LongestText ? text[..LongestText] : text).Replace('’', '\'');
        var claims = new List<Fact>();
        foreach (var clause in read.Split(['.', ';', ':', ',', '!', '?', '\n'], StringSplitOptions.RemoveEmptyEntries))
            ReadClause(clause.Split(' ', StringSplitOptions.RemoveEmptyEntries), ref subject, claims);
        bool Says(string[] phrases) => phrases.Any(phrase => read.Contains(phrase, StringComparison.OrdinalIgnoreCase));
        return new([.. claims.Distinct()], Says(Unknown), Says(Disagreement), Stated(read));
    }

    private static void ReadClause(string[] words, ref string subject, List<Fact> claims)
    {
        for (var at = 0; at + 1 < words.Length; at++)
        {
            if (FactWorld.GivenNames.Contains(words[at]) && FactWorld.FamilyNames.Contains(words[at + 1]))
                subject = $"{words[at]} {words[at + 1]}";
        }
        if (words.Any(Denials.Contains))
            return;
        foreach (var word in words)
        {
            if (FactRelation.Of(word) is { } relation)
                claims.Add(new(subject, relation, relation.Objects.First(known => known.Equals(word, StringComparison.OrdinalIgnoreCase))));
        }
    }

    private static double? Stated(string text)
    {
        if (Percentage().Match(text) is { Success: true } match && double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is <= 100 and var percent)
            return percent / 100;
        foreach (var (words, confidence) in Grades)
        {
            if (text.Contains(words, StringComparison.OrdinalIgnoreCase))
                return confidence;
        }
        return null;
    }

    [GeneratedRegex(@"(\d{1,3})\s*%", RegexOptions.CultureInvariant)]
    private static partial Regex Percentage();
}
