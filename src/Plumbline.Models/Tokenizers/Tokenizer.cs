using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Plumbline.Models.Tokenizers;
using Plumbline.Models.Tokenizers.Files;

namespace Plumbline.Models;

/// <summary>Turns text into tokens and back, as <c>tokenizer.json</c> of a model says: byte-pair encoding, Unigram, WordPiece or whole words, with all that stands around them.</summary>
/// <remarks>
/// <para>Gives the same tokens as the tokenizers library of Hugging Face. What it does not know in a file is refused, never passed over.</para>
/// <para>Immutable; safe from any thread.</para>
/// </remarks>
public sealed class Tokenizer
{
    private const int SmallestVocabulary = 256 + 7;

    private readonly IReadOnlyDictionary<string, byte[]> files;

    private Tokenizer(TokenizerPipeline pipeline, TokenizerFolder folder, IReadOnlyDictionary<string, byte[]> files)
    {
        Pipeline = pipeline;
        Special = folder.Special;
        ChatTemplate = folder.Template;
        ChatTemplates = folder.Templates;
        this.files = files;
    }

    /// <summary>What happens to text and tokens.</summary>
    internal TokenizerPipeline Pipeline { get; }

    /// <summary>Ids of the tokens that have a part of their own in a conversation.</summary>
    public SpecialTokens Special { get; }

    /// <summary>How many ids there are: one more than the greatest.</summary>
    public int VocabularySize => Pipeline.Size;

    /// <summary>The model's own way to write conversations, in Jinja, or null if it has none.</summary>
    public string? ChatTemplate { get; }

    /// <summary>All its chat templates by name, for models that have several (<c>default</c>, <c>tool_use</c>).</summary>
    internal IReadOnlyDictionary<string, string> ChatTemplates { get; }

    /// <summary>Reads <c>tokenizer.json</c> of a model folder, and what the files beside it say of special tokens and conversations.</summary>
    /// <param name="folder">The model folder.</param>
    /// <exception cref="InputException">A file is missing or malformed, or asks for something that is not known here.</exception>
    public static Tokenizer Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var file = Path.Combine(folder, TokenizerFile.Name);
        if (!File.Exists(file) && File.Exists(Path.Combine(folder, "tokenizer.model")))
        {
            throw new InputException(file, "the file does not exist; there is only a SentencePiece tokenizer.model.",
                "Take tokenizer.json from the place where the model came from, or let transformers write it: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).");
        }
        var bytes = TokenizerFile.Read(file);
        var pipeline = TokenizerFile.Parse(file, bytes);
        var beside = TokenizerFolder.Read(folder, pipeline.IdOf, pipeline.Size);
        return new(pipeline, beside, new Dictionary<string, byte[]>(beside.Files, StringComparer.Ordinal) { [TokenizerFile.Name] = bytes });
    }

    /// <summary>Learns a vocabulary from text: byte-level byte-pair encoding, so that any text can be encoded and comes back as it was.</summary>
    /// <param name="texts">What to learn from.</param>
    /// <param name="vocabularySize">How many tokens to have, at least 263; fewer come out where the text repeats too little.</param>
    /// <returns>The same texts in the same order give the same tokenizer.</returns>
    public static Tokenizer Train(IEnumerable<string> texts, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, SmallestVocabulary);
        var bytes = VocabularyFile.Write(BytePairTrainer.Train(texts, vocabularySize, SpecialTokens.Names));
        var pipeline = TokenizerFile.Parse(TokenizerFile.Name, bytes);
        int Id(string name) => pipeline.IdOf(name)!.Value;
        var folder = new TokenizerFolder
        {
            Special = new()
            {
                End = Id("<|end|>"),
                Ends = [Id("<|end|>")],
                Pad = Id("<|pad|>"),
                Think = Id("<think>"),
                EndThink = Id("</think>"),
                System = Id("<|system|>"),
                User = Id("<|user|>"),
                Assistant = Id("<|assistant|>"),
            },
            Templates = new Dictionary<string, string> { ["default"] = Plumbline.Models.ChatTemplate.Jinja },
            Files = new Dictionary<string, byte[]>(),
        };
        var config = new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["pad_token"] = "<|pad|>",
            ["eos_token"] = "<|end|>",
            ["clean_up_tokenization_spaces"] = false,
            ["chat_template"] = folder.Template,
        };
        return new(pipeline, folder, new Dictionary<string, byte[]>
        {
            [TokenizerFile.Name] = bytes,
            [TokenizerFolder.ConfigName] = Encoding.UTF8.GetBytes(config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n"),
        });
    }

    /// <summary>Writes <c>tokenizer.json</c> and <c>tokenizer_config.json</c> with the chat template; of a tokenizer that was loaded, the files as they were.</summary>
    /// <param name="folder">The model folder; made if it is not there.</param>
    public void Save(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        foreach (var (name, content) in files)
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(content));
    }

    /// <summary>Encodes plain text. Never gives a token that was added to the vocabulary to mark something, even where the text spells one; so it is safe for what users say.</summary>
    /// <param name="text">Any text; half a surrogate pair counts as U+FFFD.</param>
    /// <remarks>Added tokens that are only white space, and the unknown token for what the vocabulary cannot spell, mark nothing and are given.</remarks>
    /// <exception cref="InputException">A pattern of the tokenizer took too long on this text, or the vocabulary cannot spell it.</exception>
    public int[] Encode(string text) => Encode(text, (_, _) => false);

    /// <summary>Encodes text in which added tokens may be spelt: each becomes its id. Gives exactly what the tokenizers library of Hugging Face gives.</summary>
    /// <param name="text">Text that somebody vouches for, such as a conversation written by a chat template. Not what users said: they could spell markers.</param>
    /// <param name="frame">Whether to add what the tokenizer puts around a text, such as the token that begins it.</param>
    /// <exception cref="InputException">A pattern of the tokenizer took too long on this text, or the vocabulary cannot spell it.</exception>
    public int[] EncodeMarked(string text, bool frame = false) => Encode(text, null, frame);

    /// <summary>Encodes text in parts of which added tokens may be spelt.</summary>
    /// <param name="text">Any text; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="mayBeMarker">Whether an added token may be read at this start and length, in UTF-16 code units of the text.</param>
    internal int[] Encode(string text, Func<int, int, bool> mayBeMarker) => Encode(text, mayBeMarker, frame: false);

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

    private int[] Encode(string text, Func<int, int, bool>? mayBeMarker, bool frame)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return Pipeline.Encode(WellFormed(text), mayBeMarker, frame);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InputException(TokenizerFile.Name, "a pattern that cuts text takes too long.", "Use a tokenizer with a simpler pattern.", e);
        }
    }

    private static string WellFormed(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
}
