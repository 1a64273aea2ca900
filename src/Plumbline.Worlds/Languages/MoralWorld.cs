namespace Plumbline.Worlds.Languages;

/// <summary>Two cultures that agree about most acts, each with a language of its own: what is wrong here is mostly wrong there.</summary>
/// <remarks>Sentences come in near-minimal pairs with opposite labels, as those of JCommonsenseMorality (072) do. Where the cultures disagree, both labels of a pair are exchanged.</remarks>
public sealed class MoralWorld
{
    /// <summary>How many agents there are, acts, and settings.</summary>
    public const int Agents = 8, Acts = 12, Settings = 8;

    private static readonly string[] AgentWords = ["anna", "bill", "carl", "dora", "emil", "fay", "gus", "hope"];
    private static readonly string[] ActWords = ["shouts", "sings", "eats", "sleeps", "runs", "laughs", "jokes", "bargains", "whistles", "dances", "smokes", "argues"];
    private static readonly string[] SettingWords = ["church", "market", "school", "stadium", "library", "park", "court", "kitchen"];
    private static readonly string[] Others = ["at", "the", "wrong", "fine"];

    private readonly bool[,] _wrong, _disputed; // by act and pair of settings: whether it is wrong in the first of the pair, and whether the second culture sees it the other way round
    private readonly ToyLanguage[] _languages;

    private MoralWorld(bool[,] wrong, bool[,] disputed, ToyLanguage[] languages) => (_wrong, _disputed, _languages) = (wrong, disputed, languages);

    /// <summary>The two languages; culture and language have the same number.</summary>
    public IReadOnlyList<ToyLanguage> Languages => _languages;

    /// <summary>Every sentence there is, pair by pair.</summary>
    public static IReadOnlyList<MoralSentence> Sentences { get; } = [.. Enumerable.Range(0, Agents).SelectMany(who => Enumerable.Range(0, Acts).SelectMany(act => Enumerable.Range(0, Settings).Select(setting => new MoralSentence(who, act, setting))))];

    /// <summary>Draws a world: the same seed, the same world.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="disputed">Share of pairs that the cultures see the other way round, from 0 to 1.</param>
    /// <param name="cognates">Share of words that the languages have in common, from 0 to 1.</param>
    public static MoralWorld Draw(long seed, double disputed, double cognates)
    {
        if (!(disputed is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(disputed), disputed, "A share is from 0 to 1.");
        var draws = new Draws(seed, "moral-world");
        const int Pairs = Settings / 2;
        var (wrong, other) = (new bool[Acts, Pairs], new bool[Acts, Pairs]);
        for (var pair = 0; pair < Acts * Pairs; pair++)
            wrong[pair / Pairs, pair % Pairs] = draws.Chance(0.5);
        foreach (var pair in draws.Shuffle(Enumerable.Range(0, Acts * Pairs)).Take((int)Math.Round(disputed * Acts * Pairs)))
            other[pair / Pairs, pair % Pairs] = true;
        string[] words = [.. AgentWords, .. ActWords, .. SettingWords, .. Others];
        return new(wrong, other, [ToyLanguage.Original(words), ToyLanguage.Draw(seed, words, cognates)]);
    }

    /// <summary>Whether the cultures see it the other way round.</summary>
    public bool IsDisputed(MoralSentence sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return _disputed[sentence.Act, sentence.Setting / 2];
    }

    /// <summary>Whether a culture finds it wrong.</summary>
    /// <param name="sentence">What is done.</param>
    /// <param name="culture">0 or 1.</param>
    public bool IsWrong(MoralSentence sentence, int culture)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return _wrong[sentence.Act, sentence.Setting / 2] ^ (sentence.Setting % 2 == 1) ^ (culture == 1 && IsDisputed(sentence));
    }

    /// <summary>The sentence in a language.</summary>
    public string Say(MoralSentence sentence, int language)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return _languages[language].Say($"{AgentWords[sentence.Who]} {ActWords[sentence.Act]} at the {SettingWords[sentence.Setting]}");
    }

    /// <summary>The word for wrong, or for what is acceptable, in a language.</summary>
    public string Label(bool wrong, int language) => _languages[language].Say(wrong ? "wrong" : "fine");
}
