namespace Plumbline.Worlds.Languages;

/// <summary>A language that says the same things in other words: every word of the original has one word of its own, in the same place.</summary>
public sealed class ToyLanguage
{
    private const string Consonants = "bdfgklmnprstvz", Vowels = "aeiou";

    private readonly Dictionary<string, string> _there, _back;

    private ToyLanguage(Dictionary<string, string> there)
    {
        _there = there;
        _back = there.ToDictionary(each => each.Value, each => each.Key, StringComparer.Ordinal);
    }

    /// <summary>Its words.</summary>
    public IReadOnlyCollection<string> Words => _there.Values;

    /// <summary>The language whose words are the original ones.</summary>
    /// <param name="words">The words of the original; which is said how often does not matter.</param>
    public static ToyLanguage Original(IEnumerable<string> words) => new(words.Distinct(StringComparer.Ordinal).ToDictionary(word => word, word => word, StringComparer.Ordinal));

    /// <summary>Draws a language: the same seed, the same language.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="words">The words of the original, at most 2000 different ones.</param>
    /// <param name="cognates">Share of words that are the original ones, from 0 to 1: what two languages drawn with the same share have in common.</param>
    public static ToyLanguage Draw(long seed, IEnumerable<string> words, double cognates)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (!(cognates is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(cognates), cognates, "A share is from 0 to 1.");
        string[] original = [.. words.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] syllables = [.. Consonants.SelectMany(consonant => Vowels.Select(vowel => $"{consonant}{vowel}"))];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(original.Length, 2000, nameof(words));
        var draws = new Draws(seed, "toy-language");
        var known = original.ToHashSet(StringComparer.Ordinal);
        using var made = draws.Shuffle(syllables.SelectMany(first => syllables.Select(second => first + second)).Where(word => !known.Contains(word))).AsEnumerable().GetEnumerator();
        var kept = new Draws(0, "toy-language.cognates").Shuffle(original).Take((int)Math.Round(cognates * original.Length)).ToHashSet(StringComparer.Ordinal); // the same ones in every language
        return new(original.ToDictionary(word => word, word => kept.Contains(word) || !made.MoveNext() ? word : made.Current, StringComparer.Ordinal));
    }

    /// <summary>Says a text of the original.</summary>
    /// <param name="text">Words parted by blanks.</param>
    /// <exception cref="ArgumentException">A word is none of the original.</exception>
    public string Say(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join(' ', text.Split(' ').Select(word => _there.TryGetValue(word, out var said) ? said : throw new ArgumentException($"'{word}' is no word of the original.", nameof(text))));
    }

    /// <summary>What a text of the language says in the original; what is no word of the language stays as it is, in question marks.</summary>
    /// <param name="text">What was written, of whatever kind.</param>
    public string Understand(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join(' ', text.Split(' ').Select(word => _back.GetValueOrDefault(word, $"?{word}?")));
    }
}
