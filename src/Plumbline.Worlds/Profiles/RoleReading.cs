using System.Globalization;

namespace Plumbline.Worlds.Profiles;

/// <summary>Which facets the sentences of a text show, or name.</summary>
/// <param name="Character">Labels, in their order, each once.</param>
/// <param name="Styles">The same of styles.</param>
/// <param name="Emotions">How strong each emotion is, as it was said last, or null.</param>
/// <param name="Closeness">How close the partner is, as it was said last, or null.</param>
/// <param name="Personality">Of each pair of letters the one that was shown last, or null.</param>
/// <param name="Sentences">How many sentences were read.</param>
/// <param name="IsHumanLike">Whether it shows what it is like instead of naming it, and says nothing twice.</param>
public sealed record RoleReading(IReadOnlyList<string> Character, IReadOnlyList<string> Styles, IReadOnlyList<int?> Emotions, int? Closeness, IReadOnlyList<char?> Personality, int Sentences, bool IsHumanLike)
{
    private const int LongestText = 20_000;
    private static readonly char[] Between = [' ', ','];

    /// <summary>Reads sentence by sentence.</summary>
    /// <param name="text">Free text, at most 20,000 characters; the rest is not read.</param>
    public static RoleReading Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (character, styles, emotions, personality) = (new List<string>(), new List<string>(), new int?[ProfileWorld.Emotions.Count], new char?[4]);
        int? closeness = null;
        var (names, seen, repeats, count) = (false, new HashSet<string>(StringComparer.Ordinal), false, 0);
        foreach (var sentence in (text.Length > LongestText ? text[..LongestText] : text).Split(['.', ';', '!', '?', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            count++;
            repeats |= !seen.Add(sentence);
            bool Says(string phrase) => sentence.Contains(phrase, StringComparison.OrdinalIgnoreCase);
            var words = sentence.Split(Between, StringSplitOptions.RemoveEmptyEntries);
            foreach (var label in ProfileWorld.Characters.Where(label => words.Contains(label) || ProfileWorld.Deeds(label).Any(Says)))
                Add(character, label, words.Contains(label));
            foreach (var label in ProfileWorld.Styles.Where(label => words.Contains(label) || words.Length > 0 && words[0] == ProfileWorld.Opening(label)))
                Add(styles, label, words.Contains(label));
            for (var emotion = 0; emotion < emotions.Length; emotion++)
            {
                if (Number(words, ProfileWorld.Emotions[emotion]) is { } named)
                    (emotions[emotion], names) = (named, true);
                else if (ProfileWorld.Strengths.FirstOrDefault(each => Says($"{each.Word} {ProfileWorld.Feelings[emotion]}")) is { Word: not null } shown)
                    emotions[emotion] = shown.Strength;
            }
            if (Number(words, "closeness") is { } close)
                (closeness, names) = (close, true);
            else if (ProfileWorld.Relations.FirstOrDefault(each => Says($"you are {each.Word} to me")) is { Word: not null } relation)
                closeness = relation.Closeness;
            foreach (var (letter, _, axis) in ProfileWorld.Leanings.Where(leaning => Says(leaning.Phrase)))
                personality[axis] = letter;
            if (words.Length == 4 && words.All(word => word.Length == 1)) // "I" is also a word of its own
                (personality, names) = ([.. words.Select(word => (char?)word[0])], true);
        }
        return new(character, styles, emotions, closeness, personality, count, !names && !repeats);

        void Add(List<string> labels, string label, bool named)
        {
            names |= named;
            if (!labels.Contains(label))
                labels.Add(label);
        }
    }

    private static int? Number(string[] words, string before) =>
        Array.IndexOf(words, before) is >= 0 and var at && at + 1 < words.Length && int.TryParse(words[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 10 ? number : null;
}
