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
    private const int SmallestVocabulary = 256 + 7;

    private readonly BpeTokenizer engine;
    private readonly byte[][] bytes; // by id
    private IReadOnlyDictionary<string, byte[]>? files;

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

    /// <summary>The model's own way to write conversations, in Jinja, or null if it has none.</summary>
    public string? ChatTemplate { get; private init; }

    /// <summary>All its chat templates by name, for models that have several (<c>default</c>, <c>tool_use</c>).</summary>
    internal IReadOnlyDictionary<string, string> ChatTemplates { get; private init; } = new Dictionary<string, string>();

    /// <summary>Reads <c>tokenizer.json</c> of a model folder, and what the files beside it say of special tokens and conversations.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="InputException">A file is missing or malformed, or asks for something that is not known here.</exception>
    public static Tokenizer Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var file = Path.Combine(folder, VocabularyFile.Name);
        if (!File.Exists(file) && File.Exists(Path.Combine(folder, "tokenizer.model")))
        {
            throw new InputException(file, "the file does not exist; there is only a SentencePiece tokenizer.model.",
                "Take tokenizer.json from the place where the model came from, or let transformers write it: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).");
        }
        var vocabulary = VocabularyFile.Load(file);
        var ids = vocabulary.Tokens.Concat(vocabulary.Added).ToDictionary(StringComparer.Ordinal);
        var beside = TokenizerFolder.Read(folder, name => ids.TryGetValue(name, out var id) ? id : null, ids.Values.Max() + 1);
        return new(vocabulary, beside.Special) { ChatTemplate = beside.Template, ChatTemplates = beside.Templates, files = beside.Files };
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
        return new(vocabulary, Find(vocabulary)) { ChatTemplate = Plumbline.Models.ChatTemplate.Jinja };
    }

    /// <summary>Writes <c>tokenizer.json</c> and <c>tokenizer_config.json</c> with the chat template; of a tokenizer that was loaded, the files as they were.</summary>
    /// <param name="folder">The model folder; made if it is not there.</param>
    public void Save(string folder)
    {
        VocabularyFile.Save(Vocabulary, Path.Combine(folder, VocabularyFile.Name));
        foreach (var (name, content) in files ?? new Dictionary<string, byte[]>())
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(content));
        if (files is not null)
            return;
        var config = new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["pad_token"] = "<|pad|>",
            ["eos_token"] = "<|end|>",
            ["clean_up_tokenization_spaces"] = false,
            ["chat_template"] = ChatTemplate,
        };
        AtomicFile.Write(Path.Combine(folder, TokenizerFolder.ConfigName), config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    /// <summary>Encodes plain text. Never gives a special token, even where the text spells one.</summary>
    /// <param name="text">Any text; half a surrogate pair counts as U+FFFD.</param>
    /// <exception cref="InputException">The pattern of the tokenizer took too long on this text.</exception>
    public int[] Encode(string text) => Encode(text, (_, _) => false);

    /// <summary>Encodes text in which added tokens may be spelt: each becomes its id.</summary>
    /// <param name="text">Text that somebody vouches for, such as a conversation written by a chat template. Not what users said: they could spell markers.</param>
    /// <param name="frame">Whether to add what the tokenizer puts around a text, such as the token that begins it.</param>
    /// <exception cref="InputException">The pattern of the tokenizer took too long on this text.</exception>
    public int[] EncodeMarked(string text, bool frame = false) => Encode(text, (_, _) => true);

    /// <summary>Encodes text in parts of which added tokens may be spelt.</summary>
    /// <param name="text">Any text; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="mayBeMarker">Whether an added token may be read at this start and length, in UTF-16 code units of the text.</param>
    internal int[] Encode(string text, Func<int, int, bool> mayBeMarker)
    {
        ArgumentNullException.ThrowIfNull(text);
        var whole = WellFormed(text);
        var ids = new List<int>();
        var (done, at) = (0, 0);
        while (at < whole.Length)
        {
            var found = Vocabulary.Added.Keys.Where(name => string.CompareOrdinal(whole, at, name, 0, name.Length) == 0 && mayBeMarker(at, name.Length)).MaxBy(name => name.Length);
            if (found is null)
            {
                at++;
                continue;
            }
            ids.AddRange(Plain(whole[done..at]));
            ids.Add(Vocabulary.Added[found]);
            done = at += found.Length;
        }
        return [.. ids, .. Plain(whole[done..])];
    }

    private IReadOnlyList<int> Plain(string text)
    {
        try
        {
            return engine.EncodeToIds(text);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InputException(VocabularyFile.Name, "the pattern that cuts text takes too long.", "Use a tokenizer with a simpler pattern.", e);
        }
    }

    /// <summary>Decodes tokens. Special ones come out as their names, and bytes that are no UTF-8 as U+FFFD.</summary>
    /// <param name="ids">Tokens of this tokenizer.</param>
    /// <param name="skipSpecial">Whether special tokens are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is no token.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecial = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var stream = new TokenStream(this, skipSpecial);
        var text = new StringBuilder();
        foreach (var id in ids)
            text.Append(stream.Push(id));
        return text.Append(stream.Flush()).ToString();
    }

    /// <summary>Whether a token is no text.</summary>
    internal bool IsSpecial(int id) => Vocabulary.Added.Values.Contains(id);

    /// <summary>The bytes that a token stands for: part of a character, perhaps.</summary>
    internal ReadOnlySpan<byte> BytesOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, bytes.Length);
        return bytes[id];
    }

    private static SpecialTokens Find(Vocabulary vocabulary) =>
        SpecialTokens.Names.Select(name => vocabulary.Added[name]).ToArray() is [var pad, var system, var user, var assistant, var end, var think, var endThink]
            ? new() { Pad = pad, System = system, User = user, Assistant = assistant, End = end, Ends = [end], Think = think, EndThink = endThink }
            : throw new InvalidOperationException();

    private static string WellFormed(string text) => text.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
}
