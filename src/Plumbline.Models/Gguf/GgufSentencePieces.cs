using System.Text;
using Plumbline.Models.Tokenizers;
using Plumbline.Models.Tokenizers.Normalizers;
using Plumbline.Models.Tokenizers.Patterns;
using Plumbline.Models.Tokenizers.Splitters;
using Plumbline.Models.Tokenizers.Subwords;

namespace Plumbline.Models.Gguf;

/// <summary>SentencePiece-style BPE with byte fallback in the metadata of GGUF.</summary>
/// <remarks>
/// llama.cpp knows no merges here: it joins any two neighbours that spell a token, the token of the highest score first, of equal ones the leftmost. So merges can be
/// told by scores if they are listed token by token and lack no way to join one, as they are where they were made from a SentencePiece model.
/// </remarks>
internal sealed class GgufSentencePieces
{
    private const int Unknown = 2, Byte = 6;
    private const string Space = "\u2581";

    /// <summary>What a model is called for llama.cpp to let every added token swallow the white space after it, but those of <see cref="Tight"/>.</summary>
    private const string SwallowingName = "phi-3";

    private static readonly HashSet<string> Tight = ["<unk>", "<s>", "<|endoftext|>"];

    private readonly TokenizerPipeline pipeline;
    private readonly BytePairModel model;
    private readonly string[] tokens;
    private readonly bool? prefix;
    private readonly bool swallows;
    private readonly Dictionary<int, int> ranks = []; // by id of what merges make
    private readonly bool isGrouped = true;

    /// <param name="pipeline">What happens to text.</param>
    /// <param name="model">Its subword model.</param>
    /// <param name="tokens">All tokens by id, those added and those never used too.</param>
    /// <param name="isChat">Whether texts are conversations, which begin with a marker.</param>
    public GgufSentencePieces(TokenizerPipeline pipeline, BytePairModel model, string[] tokens, bool isChat)
    {
        (this.pipeline, this.model, this.tokens) = (pipeline, model, tokens);
        // A space at the beginning of the whole text only: what begins with a marker gets none, what has no markers has one stretch.
        prefix = IsFirstOnly(pipeline) ? !isChat : PrefixOf(pipeline.Normalizer, pipeline.Splitter);
        swallows = pipeline.Added.Any(token => token.StripRight) && pipeline.Added.All(token => token.StripRight != Tight.Contains(token.Content));
        var last = -1;
        foreach (var (_, _, joined) in model.Merges)
        {
            isGrouped &= joined == last || ranks.TryAdd(joined, ranks.Count);
            last = joined;
        }
        Problem = TextProblem() ?? AddedProblem() ?? MergeProblem();
    }

    /// <summary>What llama.cpp would do otherwise; null if it gives the same tokens.</summary>
    public string? Problem { get; }

    /// <summary>Writes the scores and what else only these vocabularies have.</summary>
    /// <param name="container">Takes the metadata.</param>
    /// <param name="kinds">The types of tokens by id; gets those of bytes and of what is unknown.</param>
    public void Write(GgufContainer container, int[] kinds)
    {
        for (var value = 0; value < 256; value++)
            kinds[model.Tokens[ByteName(value)]] = Byte;
        if (model.Unknown is { } unknown)
        {
            kinds[unknown] = Unknown;
            container.Add("tokenizer.ggml.unknown_token_id", (uint)unknown);
        }
        if (swallows)
            container.Add("general.name", SwallowingName);
        container.Add("tokenizer.ggml.model", "llama");
        container.Add("tokenizer.ggml.pre", "default");
        container.Add("tokenizer.ggml.scores", Enumerable.Range(0, tokens.Length).Select(id => ranks.TryGetValue(id, out var rank) ? -rank : (float)-ranks.Count).ToArray());
        container.Add("tokenizer.ggml.add_space_prefix", prefix!.Value);
        container.Add("tokenizer.ggml.remove_extra_whitespaces", false);
    }

    private string? TextProblem() => prefix is null ? "llama.cpp puts a space before every stretch of text or before none, writes spaces as '\u2581' and changes nothing else before it looks for tokens"
        : model.Options.IgnoreMerges ? "it takes whole pieces as tokens without merging ('ignore_merges')"
        : Enumerable.Range(0, 256).FirstOrDefault(value => !model.Tokens.ContainsKey(ByteName(value)), -1) is var missing and >= 0 ? $"it has no token {ByteName(missing)}"
        : null;

    private string? AddedProblem()
    {
        foreach (var token in pipeline.Added)
        {
            if (token.SingleWord || token.StripLeft || (token.StripRight && !swallows))
                return $"llama.cpp takes no heed of the white space or the letters around the added token '{token.Content}' ('single_word', 'lstrip', 'rstrip')";
            if (token.Normalized && (prefix == true || token.Content.Contains(' ', StringComparison.Ordinal) || token.Content.Contains(Space, StringComparison.Ordinal)))
                return $"llama.cpp looks for the added token '{token.Content}' before text is normalised ('normalized')";
        }
        // Here the leftmost token counts, there the longest.
        var starts = pipeline.Added.SelectMany(token => Enumerable.Range(1, token.Content.Length - 1).Select(length => (Start: token.Content[..length], token.Content))).ToLookup(each => each.Start, each => each.Content, StringComparer.Ordinal);
        foreach (var left in pipeline.Added.Select(token => token.Content))
        {
            for (var at = 1; at < left.Length; at++)
            {
                if (starts[left[at..]].FirstOrDefault(right => right != left && right.Length >= left.Length && (left + right).Distinct().Count() > 1) is { } right)
                    return $"the added tokens '{left}' and '{right}' can overlap in text, where llama.cpp takes the longer one";
            }
        }
        return null;
    }

    private string? MergeProblem()
    {
        if (!isGrouped)
            return "its merges are not listed token by token, and llama.cpp has one score for all merges that make the same token";
        var merges = model.Merges.Select(merge => (merge.Left, merge.Right)).ToHashSet();
        // What is found in text before anything is merged can never be spelt by merges.
        var found = pipeline.Added.Where(token => !token.Special && !token.Content.Contains(Space, StringComparison.Ordinal)).Select(token => token.Id).ToHashSet();
        for (var id = 0; id < tokens.Length; id++)
        {
            for (var at = 1; at < tokens[id].Length && !found.Contains(id); at++)
            {
                var (left, right) = (tokens[id][..at], tokens[id][at..]);
                if (!char.IsLowSurrogate(right[0]) && IsReached(left) && IsReached(right) && !(model.Tokens.TryGetValue(left, out var first) && model.Tokens.TryGetValue(right, out var second) && merges.Contains((first, second))))
                    return $"it has no merge of '{left}' and '{right}', but llama.cpp joins any two neighbours that spell a token";
            }
        }
        return null;
    }

    /// <summary>Whether text can stand as one symbol: a character, or what merges make.</summary>
    private bool IsReached(string text) => (Rune.TryGetRuneAt(text, 0, out var rune) && rune.Utf16SequenceLength == text.Length) || (model.Tokens.TryGetValue(text, out var id) && ranks.ContainsKey(id));

    private static string ByteName(int value) => $"<0x{value:X2}>";

    /// <summary>Whether every stretch of text gets a space before it; null if more or something else happens to it.</summary>
    private static bool? PrefixOf(Normalizer? normalizer, Splitter? splitter)
    {
        var isCut = splitter is not (null or PatternSplitter { Inverted: false, Pattern: LiteralPattern { Literal: " " } } or MetaspaceSplitter { Replacement: '\u2581', Scheme: PrependScheme.Never, Splits: false });
        return isCut ? null : normalizer switch
        {
            null => splitter is MetaspaceSplitter ? false : null,
            SequenceNormalizer { Steps: [PrependNormalizer { Prefix: Space }, var next] } when WritesSpaces(next) => true,
            SequenceNormalizer { Steps: [var only] } when WritesSpaces(only) => false,
            _ => WritesSpaces(normalizer) ? false : null,
        };
    }

    private static bool IsFirstOnly(TokenizerPipeline pipeline) => pipeline is { Normalizer: null, Splitter: MetaspaceSplitter { Replacement: '\u2581', Scheme: PrependScheme.First, Splits: false } };

    private static bool WritesSpaces(Normalizer normalizer) => normalizer is ReplaceNormalizer { Pattern: LiteralPattern { Literal: " " }, Content: Space };
}
