using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Json;

namespace Plumbline.Models.Tokenizers;

/// <summary><c>tokenizer.json</c> in the layout of Hugging Face, for byte-level BPE.</summary>
/// <remarks>Anything in the file that would tokenise in another way than this program does is refused by name.</remarks>
internal static class VocabularyFile
{
    public const string Name = "tokenizer.json";

    private const long MaximumBytes = 64 << 20;
    private const int MaximumId = 1 << 24, MaximumPattern = 4096;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="InputException">The file is missing, malformed, or of another kind of tokenizer.</exception>
    public static Vocabulary Load(string file)
    {
        var json = JsonPlace.Open(file, MaximumBytes);
        if (json.Find("normalizer") is { } normalizer)
            throw normalizer.Wrong("normalisation of text is not supported.", "Use a byte-level BPE tokenizer whose normalizer is null.");
        var splitter = ReadSplitter(json["pre_tokenizer"]);
        var model = json["model"];
        RefuseOtherModels(model);
        var tokens = ReadTokens(model["vocab"]);
        var added = ReadAdded(json["added_tokens"], tokens);
        return new(tokens.Where(token => !added.ContainsKey(token.Key)).ToDictionary(StringComparer.Ordinal), ReadMerges(model["merges"], tokens), added, splitter);
    }

    public static void Save(Vocabulary vocabulary, string file)
    {
        var byteLevel = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = false };
        var split = new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = vocabulary.Splitter.Pattern }, ["behavior"] = "Isolated", ["invert"] = false };
        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. vocabulary.Added.OrderBy(token => token.Value).Select(token => new JsonObject
            {
                ["id"] = token.Value,
                ["content"] = token.Key,
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = true,
            })]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(split, byteLevel) },
            ["post_processor"] = null,
            ["decoder"] = byteLevel.DeepClone(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = new JsonObject(vocabulary.Tokens.Concat(vocabulary.Added).OrderBy(token => token.Value)
                    .Select(token => KeyValuePair.Create(token.Key, (JsonNode?)token.Value))),
                ["merges"] = new JsonArray([.. vocabulary.Merges.Select(merge => new JsonArray(merge.Left, merge.Right))]),
            },
        };
        AtomicFile.Write(file, json.ToJsonString(Indented) + "\n");
    }

    /// <summary>A Split with a pattern, then ByteLevel without one of its own, as in the files of Llama 3.</summary>
    private static TextSplitter ReadSplitter(JsonPlace json)
    {
        if (json["type"].Text() != "Sequence" || json["pretokenizers"].Elements().ToArray() is not [var split, var bytes]
            || split["type"].Text() != "Split" || bytes["type"].Text() != "ByteLevel")
            throw json.Wrong("this way to cut text is not supported.", "Use a Sequence of a Split with a Regex and a ByteLevel.");
        if (split["behavior"].Text() != "Isolated")
            throw split["behavior"].Unexpected("\"Isolated\"");
        RefuseUnless(split, "invert", false);
        RefuseUnless(bytes, "add_prefix_space", false);
        RefuseUnless(bytes, "use_regex", false);
        var pattern = split["pattern"]["Regex"];
        if (pattern.Text().Length > MaximumPattern)
            throw pattern.Wrong("the pattern is too long.", $"At most {MaximumPattern} characters are read.");
        try
        {
            return new TextSplitter(pattern.Text());
        }
        catch (ArgumentException e)
        {
            throw pattern.Wrong("this is no regular expression.", e.Message);
        }
    }

    private static void RefuseOtherModels(JsonPlace model)
    {
        if (model["type"].Text() != "BPE")
            throw model["type"].Unexpected("\"BPE\"");
        foreach (var key in (string[])["dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Find(key) is { } value && !(value.Kind == JsonValueKind.String && value.Text().Length == 0))
                throw value.Unexpected("null");
        }
        foreach (var key in (string[])["byte_fallback", "ignore_merges"])
            RefuseUnless(model, key, false);
    }

    private static void RefuseUnless(JsonPlace json, string key, bool expected)
    {
        if ((json.Find(key)?.Flag() ?? expected) != expected)
            throw json[key].Unexpected(expected ? "true" : "false");
    }

    private static Dictionary<string, int> ReadTokens(JsonPlace json)
    {
        var tokens = new Dictionary<string, int>(StringComparer.Ordinal);
        var ids = new HashSet<int>();
        foreach (var (token, id) in json.Members())
        {
            if (!ids.Add(tokens[token] = id.Whole(0, MaximumId)))
                throw id.Wrong($"id {tokens[token]} stands for two tokens.", "Every token has an id of its own.");
        }
        foreach (var symbol in ByteAlphabet.Symbols)
        {
            if (!tokens.ContainsKey(symbol.ToString()))
                throw json.Wrong($"there is no token '{symbol}', so that some text could not be encoded.", "A byte-level vocabulary holds all 256 bytes.");
        }
        return tokens;
    }

    private static Dictionary<string, int> ReadAdded(JsonPlace json, Dictionary<string, int> tokens)
    {
        var added = new Dictionary<string, int>(StringComparer.Ordinal);
        var nameOf = tokens.ToDictionary(token => token.Value, token => token.Key);
        foreach (var each in json.Elements())
        {
            var (name, id) = (each["content"].Text(), each["id"].Whole(0, MaximumId));
            if (name.Length == 0 || !added.TryAdd(name, id))
                throw each["content"].Wrong($"the token '{name}' is empty or stands twice.", "Every added token has a name of its own.");
            if (nameOf.TryGetValue(id, out var other) && other != name || tokens.TryGetValue(name, out var otherId) && otherId != id)
                throw each["id"].Wrong($"token '{name}' and id {id} do not belong together elsewhere in the file.", "Every token has one id.");
            nameOf[id] = name;
        }
        if (ByteAlphabet.Symbols.FirstOrDefault(symbol => added.ContainsKey(symbol.ToString())) is var taken and not '\0')
            throw json.Wrong($"'{taken}' is a byte and an added token.", "Give the added token another name.");
        return added;
    }

    private static List<(string, string)> ReadMerges(JsonPlace json, Dictionary<string, int> tokens)
    {
        var merges = new List<(string, string)>();
        var seen = new HashSet<(string, string)>();
        foreach (var each in json.Elements())
        {
            string[] parts = each.Kind == JsonValueKind.String ? each.Text().Split(' ') : [.. each.Elements().Select(part => part.Text())];
            if (parts is not [var left, var right] || !tokens.ContainsKey(left) || !tokens.ContainsKey(right) || !tokens.ContainsKey(left + right))
                throw each.Wrong("this is no merge of two tokens into a third.", "A merge names two tokens of the vocabulary; joined they are in it too.");
            if (!seen.Add((left, right)))
                throw each.Wrong($"'{left}' and '{right}' are merged twice.", "Every merge stands once.");
            if (ByteAlphabet.ToBytes(left + right) is null)
                throw each.Wrong("a token holds a character that stands for no byte.", "Use a byte-level vocabulary.");
            merges.Add((left, right));
        }
        return merges;
    }
}
