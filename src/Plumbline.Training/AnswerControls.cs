using Plumbline.Models;

namespace Plumbline.Training;

/// <summary>Qualities that an answer may have, such as good and bad, each asked for by a run of control tokens before the prompt: a soft prompt for each quality (109, MEET).</summary>
public sealed class AnswerControls : IDisposable
{
    private readonly Dictionary<string, int[]> _ids;

    private AnswerControls(ControlTokens tokens, Dictionary<string, int[]> ids) => (Tokens, _ids) = (tokens, ids);

    /// <summary>The adapter: attach it to the decoder, and save it beside the model.</summary>
    public ControlTokens Tokens { get; }

    /// <summary>The qualities, in the order of their tokens.</summary>
    public IReadOnlyCollection<string> Qualities => _ids.Keys;

    /// <summary>Tokens that ask for a quality.</summary>
    /// <exception cref="ArgumentException">There is no such quality.</exception>
    public IReadOnlyList<int> this[string quality] => _ids.TryGetValue(quality, out var ids) ? ids : throw new ArgumentException($"There is no quality '{quality}': there are {string.Join(", ", _ids.Keys)}.", nameof(quality));

    /// <summary>Makes controls whose embeddings are drawn like those of the vocabulary.</summary>
    /// <param name="decoder">What they are for; not changed, and the tokens are not yet attached.</param>
    /// <param name="qualities">What they are called, each another name.</param>
    /// <param name="tokensEach">Tokens of each, at least 1: what a prompt loses of the context.</param>
    /// <param name="seed">Chooses the embeddings.</param>
    public static AnswerControls Create(Decoder decoder, IReadOnlyList<string> qualities, int tokensEach, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(qualities);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokensEach, 1);
        var tokens = ControlTokens.Create(decoder, [.. qualities.SelectMany(quality => Enumerable.Range(0, tokensEach).Select(at => Name(quality, at)))], seed);
        return new(tokens, qualities.ToDictionary(quality => quality, quality => Enumerable.Range(0, tokensEach).Select(at => tokens[Name(quality, at)]).ToArray(), StringComparer.Ordinal));
    }

    /// <summary>The controls of an adapter that was saved and read again.</summary>
    /// <param name="tokens">The adapter; owned from now on.</param>
    /// <exception cref="InputException">A token is not one of a control.</exception>
    public static AnswerControls Of(ControlTokens tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var strange = tokens.Names.FirstOrDefault(name => !name.StartsWith("<|", StringComparison.Ordinal) || !name.EndsWith("|>", StringComparison.Ordinal) || name.LastIndexOf(':') < "<|".Length);
        if (strange is not null)
            throw new InputException("control tokens", $"'{strange}' is no token of a control.", "They are called <|good:0|>, <|good:1|> and so on.");
        return new(tokens, tokens.Names.GroupBy(name => name["<|".Length..name.LastIndexOf(':')], StringComparer.Ordinal)
            .ToDictionary(names => names.Key, names => names.Select(name => tokens[name]).ToArray(), StringComparer.Ordinal));
    }

    /// <summary>The example behind the tokens that ask for a quality, which are read and not predicted.</summary>
    /// <param name="quality">What its answer is like.</param>
    /// <param name="example">Prompt and answer.</param>
    public TokenExample Ask(string quality, TokenExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var control = this[quality];
        return new([.. control, .. example.Ids], [.. new float[control.Count + Math.Min(1, example.Ids.Length)], .. example.Weights.Skip(1)]); // what was first is not predicted either
    }

    /// <inheritdoc/>
    public void Dispose() => Tokens.Dispose();

    private static string Name(string quality, int at) => $"<|{quality}:{at}|>";
}
