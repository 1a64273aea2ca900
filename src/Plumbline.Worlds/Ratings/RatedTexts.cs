namespace Plumbline.Worlds.Ratings;

/// <summary>Answers of a few words, of which each counts for one rating or for none, so that a small language model can write them and what it wrote is rated exactly.</summary>
/// <remarks>
/// A prompt names who asks and a subject. A word counts if it is of the subject; an answer is <see cref="Words"/> words, later ones are not read. A rating is 1 and the words that
/// count for it, at most 5: there are too few words for all ratings at 5, so that more of one is less of the others, and words that count for nothing are lost to all.
/// </remarks>
public sealed class RatedTexts
{
    /// <summary>Words of an answer.</summary>
    public const int Words = 8;

    /// <summary>The most tokens of a prompt with levels or weights for each rating, and its answer.</summary>
    public const int Longest = 2 * MostRatings + 5 + 2 * Words;

    private const int MostRatings = 4, Best = 5, Synonyms = 2, EachHeldOut = 4;
    private static readonly string[] RatingNames = ["useful", "honest", "gentle", "lively"], Levels = ["zero", "one", "two", "three", "four", "five"], Subjects = ["bread", "rain", "tea", "wood"],
        Askers = ["anna", "boris", "clara", "david", "emma", "felix", "greta", "hugo", "irene", "jonas", "karla", "leo"], Empty = ["well", "so", "maybe", "anyway", "indeed", "thus"],
        Nouns = ["acorn", "anchor", "apple", "arrow", "basket", "beacon", "bell", "blanket", "bottle", "bridge", "broom", "bucket", "button", "candle", "carpet", "castle", "chair", "cloud", "coin", "copper",
            "corner", "cotton", "cradle", "curtain", "drum", "feather", "fence", "garden", "hammer", "harbour", "kettle", "ladder"];

    private readonly Dictionary<string, (int Subject, int Rating)> _counts;
    private readonly string[][][] _words; // by subject and rating

    private RatedTexts(string[][][] words)
    {
        _words = words;
        _counts = words.Index().SelectMany(subject => subject.Item.Index().SelectMany(rating => rating.Item.Select(word => (Word: word, Place: (subject.Index, rating.Index)))))
            .ToDictionary(each => each.Word, each => each.Place, StringComparer.Ordinal);
    }

    /// <summary>What an answer is rated for.</summary>
    public IReadOnlyList<string> Names => RatingNames[.._words[0].Length];

    /// <summary>Texts with every word of the world, for a tokenizer to learn.</summary>
    public IReadOnlyList<string> Texts =>
    [
        .. _counts.Keys.Concat([.. Empty, .. Askers, .. Subjects, .. RatingNames, .. Levels, "tell", "about"]).SelectMany(word => (string[])[$"tell {word}", $"about {word}"]),
        .. RatingNames.SelectMany(name => (string[])[$"{name} one", $"{name} two"]),
    ];

    /// <summary>Draws a world: the same seed, the same world.</summary>
    /// <param name="seed">Which words count for what.</param>
    /// <param name="ratings">How many ratings an answer has, from 2 to 4.</param>
    public static RatedTexts Draw(long seed, int ratings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ratings, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ratings, MostRatings);
        var nouns = new Draws(seed, "rated-texts").Shuffle(Nouns);
        return new([.. Enumerable.Range(0, Subjects.Length).Select(subject => Enumerable.Range(0, ratings).Select(rating => nouns.Skip((subject * MostRatings + rating) * Synonyms).Take(Synonyms).ToArray()).ToArray())]);
    }

    /// <summary>A prompt: who asks, and about what.</summary>
    /// <param name="draws">Chooses it.</param>
    /// <param name="heldOut">Whether it is one of the quarter of all prompts that are kept from training.</param>
    public static string Prompt(Draws draws, bool heldOut)
    {
        ArgumentNullException.ThrowIfNull(draws);
        while (true)
        {
            var (asker, subject) = (draws.Next(Askers.Length), draws.Next(Subjects.Length));
            if ((asker + subject) % EachHeldOut == 0 == heldOut)
                return $"tell {Askers[asker]} about {Subjects[subject]}";
        }
    }

    /// <summary>Levels or weights of ratings, as words to stand before a prompt.</summary>
    /// <param name="levels">For each rating a whole number from 0 to 5, or null to say nothing of it.</param>
    public string Say(IReadOnlyList<double?> levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        return string.Concat(levels.Index().Where(each => each.Item is not null).Select(each => $"{Names[each.Index]} {Levels[(int)each.Item!.Value]} "));
    }

    /// <summary>An answer, each word of which counts for a rating as often as its share says.</summary>
    /// <param name="prompt">What it answers; levels or weights may stand before it.</param>
    /// <param name="shares">Of each rating, and last of words that count for nothing.</param>
    /// <param name="draws">Chooses the words.</param>
    public string Answer(string prompt, IReadOnlyList<double> shares, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var words = _words[SubjectOf(prompt)];
        return string.Join(' ', Enumerable.Range(0, Words).Select(_ => draws.NextOf(shares) is var rating && rating < words.Length ? draws.Pick(words[rating]) : draws.Pick(Empty)));
    }

    /// <summary>An answer as people write them: any mixture of all kinds of words is as likely as any other.</summary>
    /// <param name="prompt">What it answers.</param>
    /// <param name="draws">Chooses the words.</param>
    public string Answer(string prompt, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return Answer(prompt, [.. Enumerable.Range(0, Names.Count + 1).Select(_ => -Math.Log(1 - draws.NextDouble()))], draws);
    }

    /// <summary>The ratings of an answer, from 1 to 5 each.</summary>
    /// <param name="prompt">What it answers; levels or weights may stand before it.</param>
    /// <param name="answer">Any text.</param>
    public IReadOnlyList<double> Rate(string prompt, string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var subject = SubjectOf(prompt);
        var counted = answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(Words).Where(word => _counts.TryGetValue(word, out var place) && place.Subject == subject).CountBy(word => _counts[word].Rating).ToDictionary();
        return [.. Enumerable.Range(0, Names.Count).Select(rating => (double)Math.Min(Best, 1 + counted.GetValueOrDefault(rating)))];
    }

    private static int SubjectOf(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Array.FindIndex(Subjects, subject => prompt.EndsWith(subject, StringComparison.Ordinal)) is >= 0 and var found ? found : throw new ArgumentException("A prompt ends with its subject.", nameof(prompt));
    }
}
