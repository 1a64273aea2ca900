namespace Plumbline.Worlds.Tokens;

/// <summary>Short answers made of tokens each of which is good, bad or neutral by a tiny grammar, so that what a method does to each of them can be counted.</summary>
/// <remarks>
/// An answer has <see cref="Phrases"/> phrases: a neutral token, by a chain that depends on the topic, and the good word that belongs to it. One phrase in so many is
/// spoilt: a wrong or a rude word stands for the good one, or a filler follows it. Some of it out of habit: on each topic a few neutral words have a bad token of their own,
/// which spoils their phrases two and a half times as often as the mean.
/// </remarks>
public sealed class TokenWorld
{
    /// <summary>Phrases of an answer.</summary>
    public const int Phrases = 6;

    /// <summary>The most tokens of prompt, judgment and answer.</summary>
    public const int Longest = 3 + 4 + (3 * Phrases) + 1;

    private const int Topics = 4, Words = 8, BadWords = 4, MostHabits = 3;
    private const double Habitual = 2.5; // how often a habit spoils a phrase, of the mean
    private static readonly double[] Likeliness = [0.6, 0.3, 0.1];
    private static readonly TokenKind[] Bad = [TokenKind.Wrong, TokenKind.Rude, TokenKind.Filler];
    private static readonly TokenKind[] Layout = [TokenKind.End, TokenKind.Begin, TokenKind.Judgment, TokenKind.Answer, .. Bad.Select(_ => TokenKind.Name), .. Many(TokenKind.Topic, Topics),
        .. Many(TokenKind.Neutral, Words), .. Many(TokenKind.Good, Words), .. Bad.SelectMany(kind => Many(kind, BadWords))];

    private readonly int[][][] _next; // by topic and neutral word, the words that may follow, the likeliest first
    private readonly int[][] _habits; // by topic and neutral word, the bad token that comes with it out of habit; or -1
    private readonly int[] _mates;

    private readonly double _occasional; // how often other phrases are spoilt, so that the mean over words is 1

    private TokenWorld(int[][][] next, int[][] habits, int[] mates) => (_next, _habits, _mates, _occasional) = (next, habits, mates, Rest(habits[0].Count(each => each >= 0)));

    /// <summary>How many tokens there are.</summary>
    public static int Vocabulary => Layout.Length;

    /// <summary>The token that ends an answer.</summary>
    public static int End => First(TokenKind.End);

    /// <summary>Draws a world: the same seed, the same world.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="habits">Neutral words on each topic that a bad token comes with out of habit, from 0 to 3 of 8.</param>
    public static TokenWorld Draw(long seed, int habits = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(habits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(habits, MostHabits);
        var draws = new Draws(seed, "token-world");
        return new([.. Enumerable.Range(0, Topics).Select(_ => Enumerable.Range(0, Words).Select(_ => draws.Shuffle(Enumerable.Range(0, Words))[..Likeliness.Length]).ToArray())],
            [.. Enumerable.Range(0, Topics).Select(_ => draws.Shuffle(Enumerable.Range(0, Words).Select(word => word < habits ? DrawBad(draws) : -1)))], draws.Shuffle(Enumerable.Range(0, Words)));
    }

    /// <summary>What a token is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public static TokenKind KindOf(int token) => token >= 0 && token < Layout.Length ? Layout[token] : throw new ArgumentOutOfRangeException(nameof(token), token, $"Tokens are 0 to {Layout.Length - 1}.");

    /// <summary>Which of the neutral words a neutral token is, from 0.</summary>
    public static int WordOf(int token) => KindOf(token) == TokenKind.Neutral ? token - First(TokenKind.Neutral) : throw new ArgumentOutOfRangeException(nameof(token), token, "It is no neutral token.");

    /// <summary>Whether a token is bad, of whatever kind.</summary>
    public static bool IsBad(int token) => KindOf(token) >= TokenKind.Wrong;

    /// <summary>All prompts.</summary>
    public static IReadOnlyList<int[]> Prompts { get; } = [.. Enumerable.Range(0, Topics).Select(PromptOf)];

    /// <summary>A prompt about a topic drawn at random: begin, topic, answer.</summary>
    public static int[] Prompt(Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return PromptOf(draws.Next(Topics));
    }

    /// <summary>An answer as the base model has learnt it, with its end.</summary>
    /// <param name="prompt">What it answers.</param>
    /// <param name="spoilt">How often a phrase is spoilt, in the mean over neutral words, from 0 to 0.4; 0.2 makes about one token in ten bad.</param>
    /// <param name="draws">Chooses it.</param>
    public int[] Answer(IReadOnlyList<int> prompt, double spoilt, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var (topic, word) = (Topic(prompt), draws.Next(Words));
        List<int> answer = [];
        for (var phrase = 0; phrase < Phrases; phrase++)
        {
            answer.Add(First(TokenKind.Neutral) + word);
            var habit = _habits[topic][word];
            var bad = !draws.Chance(spoilt * (habit < 0 ? _occasional : Habitual)) ? -1 : habit < 0 ? DrawBad(draws) : habit;
            if (bad < 0 || KindOf(bad) == TokenKind.Filler)
                answer.Add(Mate(word));
            if (bad >= 0)
                answer.Add(bad);
            word = _next[topic][word][draws.NextOf(Likeliness)];
        }
        return [.. answer, End];
    }

    /// <summary>The kinds of bad tokens in an answer, each once.</summary>
    public static IReadOnlyList<TokenKind> Judge(IEnumerable<int> answer) => [.. Bad.Where(kind => answer.Any(token => KindOf(token) == kind))];

    /// <summary>The prompt with a judgment in view that names kinds of bad tokens.</summary>
    /// <param name="prompt">As of <see cref="Prompt"/>.</param>
    /// <param name="kinds">What is named; none says that there is nothing to name.</param>
    public static int[] WithJudgment(IReadOnlyList<int> prompt, IEnumerable<TokenKind> kinds) =>
        [.. prompt.SkipLast(1), First(TokenKind.Judgment), .. kinds.Select(kind => First(TokenKind.Name) + Array.IndexOf(Bad, kind)), First(TokenKind.Answer)];

    /// <summary>The answer with every wrong or rude word after a neutral one replaced by the good word that belongs there, and every other bad one left out.</summary>
    public int[] Revise(IReadOnlyList<int> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        List<int> revised = [];
        foreach (var token in answer)
        {
            if (!IsBad(token))
                revised.Add(token);
            else if (KindOf(token) != TokenKind.Filler && revised.Count > 0 && KindOf(revised[^1]) == TokenKind.Neutral)
                revised.Add(Mate(revised[^1] - First(TokenKind.Neutral)));
        }
        return [.. revised];
    }

    /// <summary>Share of the tokens of answers, their ends aside, that are bad.</summary>
    public static double BadRate(IEnumerable<IReadOnlyList<int>> answers)
    {
        int[] tokens = [.. answers.SelectMany(answer => answer).Where(token => KindOf(token) != TokenKind.End)];
        return tokens.Length == 0 ? 0 : tokens.Count(IsBad) / (double)tokens.Length;
    }

    /// <summary>What an answer is worth: tokens in phrases that keep to the grammar, of as many as there are or should be, from 0 to 1.</summary>
    /// <remarks>A phrase keeps to it if its neutral token may follow the one before, and the good word that belongs to it follows.</remarks>
    public double Reward(IReadOnlyList<int> prompt, IReadOnlyList<int> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var (topic, right, last) = (Topic(prompt), 0, -1);
        int[] tokens = [.. answer.Where(token => token != End)];
        for (var at = 0; at < tokens.Length; at++)
        {
            if (KindOf(tokens[at]) != TokenKind.Neutral)
                continue;
            var word = tokens[at] - First(TokenKind.Neutral);
            if ((last < 0 || _next[topic][last].Contains(word)) && at + 1 < tokens.Length && tokens[at + 1] == Mate(word))
                right++;
            last = word;
        }
        return 2.0 * right / Math.Max(tokens.Length, 2 * Phrases);
    }

    /// <summary>The perplexity of neutral tokens under the true grammar: no model can do better in the mean.</summary>
    /// <remarks>The first is one of all with equal chance; the others follow the chain.</remarks>
    public static double NeutralPerplexity { get; } = Math.Exp((Math.Log(Words) - (Phrases - 1) * Likeliness.Sum(share => share * Math.Log(share))) / Phrases);

    private static double Rest(int habits) => (Words - (habits * Habitual)) / (Words - habits);

    private static int DrawBad(Draws draws) => First(draws.Pick(Bad)) + draws.Next(BadWords);

    private int Mate(int word) => First(TokenKind.Good) + _mates[word];

    private static int Topic(IReadOnlyList<int> prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return prompt.Count > 1 && KindOf(prompt[1]) == TokenKind.Topic ? prompt[1] - First(TokenKind.Topic) : throw new ArgumentException("A prompt names its topic after its begin.", nameof(prompt));
    }

    private static int[] PromptOf(int topic) => [First(TokenKind.Begin), First(TokenKind.Topic) + topic, First(TokenKind.Answer)];

    private static int First(TokenKind kind) => Array.IndexOf(Layout, kind);

    private static IEnumerable<TokenKind> Many(TokenKind kind, int count) => Enumerable.Repeat(kind, count);
}
