using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using Plumbline.Models.Tokenizers;

namespace Plumbline.Models;

/// <summary>Turns text into tokens and back: byte-level byte-pair encoding, so that any text can be encoded and comes back as it was.</summary>
/// <remarks>Immutable; safe from any thread.</remarks>
public sealed class Tokenizer
{
    private const string ConfigName = "tokenizer_config.json";
    private const int SmallestVocabulary = 256 + 7;

    private readonly BpeTokenizer engine;
    private readonly byte[][] bytes; // by id

    private Tokenizer(Vocabulary vocabulary, SpecialTokens special)
    {
        Vocabulary = vocabulary;
        Special = special;
        // The engine does not know the added tokens: nothing that text says can become one.
        engine = BpeTokenizer.Create(new BpeOptions(vocabulary.Tokens)
        {
            Merges = vocabulary.Merges.Select(merge => $"{merge.Left} {merge.Right}"),
            PreTokenizer = vocabulary.Splitter,
            ByteLevel = true,
        });
        bytes = new byte[vocabulary.Tokens.Values.Concat(vocabulary.Added.Values).Max() + 1][];
        Array.Fill(bytes, []);
        foreach (var (token, id) in vocabulary.Tokens)
            bytes[id] = ByteAlphabet.ToBytes(token) ?? [];
        foreach (var (name, id) in vocabulary.Added)
            bytes[id] = Encoding.UTF8.GetBytes(name);
    }

    /// <summary>Its tokens and merges.</summary>
    internal Vocabulary Vocabulary { get; }

    /// <summary>Ids of the tokens that mark who speaks.</summary>
    public SpecialTokens Special { get; }

    /// <summary>How many ids there are: one more than the greatest.</summary>
    public int VocabularySize => bytes.Length;

    /// <summary>Reads <c>tokenizer.json</c> of a model folder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="InputException">The file is missing or malformed, is of another kind of tokenizer, or lacks a token of <see cref="SpecialTokens.Names"/>.</exception>
    public static Tokenizer Load(string folder)
    {
        var file = Path.Combine(folder, VocabularyFile.Name);
        var vocabulary = VocabularyFile.Load(file);
        if (SpecialTokens.Names.FirstOrDefault(name => !vocabulary.Added.ContainsKey(name)) is { } missing)
        {
            throw new InputException(file, $"the tokenizer has no special token '{missing}'.",
                $"A conversation is written with {string.Join(' ', SpecialTokens.Names)}; they stand under 'added_tokens'. Other chat formats are not supported.");
        }
        return new(vocabulary, Find(vocabulary));
    }

    /// <summary>Learns a vocabulary from text.</summary>
    /// <param name="texts">What to learn from.</param>
    /// <param name="vocabularySize">How many tokens to have, at least 263; fewer come out where the text repeats too little.</param>
    /// <returns>The same texts in the same order give the same tokenizer.</returns>
    public static Tokenizer Train(IEnumerable<string> texts, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, SmallestVocabulary);
        var vocabulary = BytePairTrainer.Train(texts, vocabularySize, SpecialTokens.Names);
        return new(vocabulary, Find(vocabulary));
    }

    /// <summary>Writes <c>tokenizer.json</c> and <c>tokenizer_config.json</c> with the chat template.</summary>
    /// <param name="folder">The model folder; made if it is not there.</param>
    public void Save(string folder)
    {
        VocabularyFile.Save(Vocabulary, Path.Combine(folder, VocabularyFile.Name));
        var config = new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["pad_token"] = "<|pad|>",
            ["eos_token"] = "<|end|>",
            ["clean_up_tokenization_spaces"] = false,
            ["chat_template"] = ChatTemplate.Jinja,
        };
        AtomicFile.Write(Path.Combine(folder, ConfigName), config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    /// <summary>Encodes plain text. Never gives a special token, even where the text spells one.</summary>
    /// <param name="text">Any text; half a surrogate pair counts as U+FFFD.</param>
    /// <exception cref="InputException">The pattern of the tokenizer took too long on this text.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return [.. engine.EncodeToIds(WellFormed(text))];
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InputException(VocabularyFile.Name, "the pattern that cuts text takes too long.", "Use a tokenizer with a simpler pattern.", e);
        }
    }

    /// <summary>Decodes tokens; special ones come out as their names, and bytes that are no UTF-8 as U+FFFD.</summary>
    /// <param name="ids">Tokens of this tokenizer.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is no token.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var buffer = new MemoryStream();
        foreach (var id in ids)
            buffer.Write(BytesOf(id));
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>The bytes that a token stands for: part of a character, perhaps.</summary>
    internal ReadOnlySpan<byte> BytesOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, bytes.Length);
        return bytes[id];
    }

    private static SpecialTokens Find(Vocabulary vocabulary) =>
        SpecialTokens.Names.Select(name => vocabulary.Added[name]).ToArray() is [var pad, var system, var user, var assistant, var end, var think, var endThink]
            ? new(pad, system, user, assistant, end, think, endThink)
            : throw new InvalidOperationException();

    private static string WellFormed(string text) => text.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
}
