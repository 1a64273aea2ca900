namespace Plumbline.Worlds.Facts;

/// <summary>What somebody wrote down of a <see cref="FactWorld"/>, one passage for each fact, and a search in it: claims are checked against what is found (054).</summary>
/// <remarks>A passage is found by the words that it shares with what is looked for, each counting ln(passages/passages with it): rare words, such as names, count most.</remarks>
public sealed class FactLibrary
{
    private static readonly char[] Between = [' ', '.', ',', '?', '!'];
    private readonly (string Text, HashSet<string> Words)[] _passages;
    private readonly Dictionary<string, double> _rarity;

    private FactLibrary(IReadOnlyList<string> passages)
    {
        _passages = [.. passages.Select(text => (text, Words(text)))];
        _rarity = _passages.SelectMany(passage => passage.Words).CountBy(word => word, StringComparer.OrdinalIgnoreCase).ToDictionary(each => each.Key, each => Math.Log(_passages.Length / (double)each.Value), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Writes one down: the same seed, the same library.</summary>
    /// <param name="world">What is so.</param>
    /// <param name="seed">Chooses what is written down, and in which wording.</param>
    /// <param name="coverage">Share of the facts that are written down, from 0 to 1.</param>
    public static FactLibrary Of(FactWorld world, long seed, double coverage = 1)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentOutOfRangeException.ThrowIfNegative(coverage);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(coverage, 1);
        var draws = new Draws(seed, "fact-library");
        return new([.. draws.Shuffle(world.Facts)[..(int)Math.Round(coverage * world.Facts.Count)].Select(fact => fact.Passage(draws.Next(fact.Relation.Wordings.Count)))]);
    }

    /// <summary>The passages nearest to a text, the nearest first; those that share no word with it are left out.</summary>
    /// <param name="text">What is looked for.</param>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<string> Find(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = Words(text);
        return [.. _passages.Select(passage => (passage.Text, Near: passage.Words.Where(words.Contains).Sum(word => _rarity[word]))).Where(each => each.Near > 0)
            .OrderByDescending(each => each.Near).ThenBy(each => each.Text, StringComparer.Ordinal).Take(most).Select(each => each.Text)];
    }

    /// <summary>Whether one of the passages found for a claim says the same.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="most">How many passages are read.</param>
    public bool Supports(Fact claim, int most = 5)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Find(claim.Passage(), most).Any(passage => FactAnswer.Read("", passage).Claims.Contains(claim));
    }

    /// <summary>The share of the claims of a text that are supported; not a number where it claims nothing.</summary>
    /// <param name="subject">Whom the text is about.</param>
    /// <param name="text">Free text.</param>
    /// <param name="most">How many passages are read for each claim.</param>
    public double Precision(string subject, string text, int most = 5)
    {
        var claims = FactAnswer.Read(subject, text).Claims;
        return claims.Count == 0 ? double.NaN : claims.Average(claim => Supports(claim, most) ? 1.0 : 0);
    }

    private static HashSet<string> Words(string text) => new(text.Split(Between, StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}
