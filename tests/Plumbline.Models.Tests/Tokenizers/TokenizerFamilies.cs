using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Plumbline.Models.Tokenizers;
using Plumbline.Models.Tokenizers.Patterns;

namespace Plumbline.Models.Tests.Tokenizers;

/// <summary>Small tokenizers with the structure that real models have: the same steps with the same settings, over vocabularies learnt from a few hundred texts.</summary>
internal static class TokenizerFamilies
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string O200K = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly Dictionary<string, Func<JsonObject>> Makers = new()
    {
        ["gpt2"] = () => ByteLevel(Gpt2, Plain("ByteLevel", ("add_prefix_space", false), ("trim_offsets", true), ("use_regex", true)), [Special("<|endoftext|>", normalized: true)]),
        ["roberta"] = () => ByteLevel(Gpt2, Plain("ByteLevel", ("add_prefix_space", true), ("trim_offsets", true), ("use_regex", true)),
            [Special("<s>"), Special("</s>"), Special("<unk>"), Special("<mask>", left: true)], frame: ids => new() { ["type"] = "RobertaProcessing", ["sep"] = new JsonArray("</s>", ids("</s>")), ["cls"] = new JsonArray("<s>", ids("<s>")), ["trim_offsets"] = true, ["add_prefix_space"] = false }),
        ["llama3"] = () => ByteLevel(Llama3, Cut(Llama3), [Special("<|begin_of_text|>"), Special("<|end_of_text|>"), Special("<|start_header_id|>"), Special("<|end_header_id|>"), Special("<|eot_id|>")],
            ignoreMerges: true, frame: ids => new() { ["type"] = "Sequence", ["processors"] = new JsonArray(Plain("ByteLevel", ("add_prefix_space", true), ("trim_offsets", false), ("use_regex", true)), Template(ids, "<|begin_of_text|>", null)) }),
        ["qwen2"] = () => ByteLevel(Llama3.Replace("{1,3}", ""), Cut(Llama3.Replace("{1,3}", "")), [Special("<|endoftext|>"), Special("<|im_start|>"), Special("<|im_end|>"), Added("<tool_call>"), Added("<think>"), Added("</think>")],
            normalizer: Plain("NFC"), frame: _ => Plain("ByteLevel", ("add_prefix_space", false), ("trim_offsets", false), ("use_regex", false))),
        ["smollm2"] = () => ByteLevel(Gpt2, Sequence("pretokenizers", Plain("Digits", ("individual_digits", true)), Plain("ByteLevel", ("add_prefix_space", false), ("trim_offsets", true), ("use_regex", true))),
            [Special("<|endoftext|>"), Special("<|im_start|>"), Special("<|im_end|>"), Special("<repo_name>")]),
        ["o200k"] = () => ByteLevel(O200K, Cut(O200K), [Special("<|endoftext|>"), Special("<|im_sep|>"), Special("<|fim|>", right: true)]),
        ["clip"] = Clip,
        ["llama2"] = () => SentencePiece(Sequence("normalizers", Plain("Prepend", ("prepend", "\u2581")), Replace(" ", "\u2581")), null, [Special("<unk>"), Special("<s>"), Special("</s>")]),
        ["mistral"] = () => SentencePiece(null, Metaspace("first", split: false), [Special("<unk>"), Special("<s>"), Special("</s>"), Special("[INST]"), Special("[/INST]")]),
        ["phi3"] = () => SentencePiece(Sequence("normalizers", Plain("Prepend", ("prepend", "\u2581")), Replace(" ", "\u2581")), null,
            [Special("<unk>"), Special("<s>"), Added("</s>", right: true), Special("<|endoftext|>"), Special("<|assistant|>", right: true), Special("<|system|>", right: true), Special("<|end|>", right: true), Special("<|user|>", right: true)]),
        ["gemma"] = () => SentencePiece(Replace(" ", "\u2581"), Split(new() { ["String"] = " " }, "MergedWithPrevious"),
            [Special("<unk>"), Special("<s>"), Special("</s>"), Special("<start_of_turn>"), Special("<end_of_turn>"), Added("\n\n"), Added("\n\n\n"), Added("\u2581\u2581"), Added("\u2581\u2581\u2581"), Added("<table>"), Added("<b>")], fuse: true, strip: false),
        ["normalised"] = () => SentencePiece(Sequence("normalizers", Plain("NFKC"), Plain("Lowercase"), Replace(" ", "\u2581")), Metaspace("always", split: true),
            [Special("<unk>"), Special("<s>"), Special("</s>"), Added("HELLO", word: true, normalized: true), Added("cat", normalized: true), Added("Å", left: true, right: true, normalized: true), Added("日本", word: true)]),
        ["xlmr"] = () => Unigram(Sequence("normalizers", Table(), RegexReplace(" {2,}", " ")), Metaspace("always", split: true), bytes: false),
        ["t5"] = () => Unigram(Table(), Sequence("pretokenizers", Plain("WhitespaceSplit"), Metaspace("first", split: true)), bytes: true),
        ["albert"] = () => Unigram(Sequence("normalizers", Replace("``", "\""), Replace("''", "\""), Plain("NFKD"), Plain("StripAccents"), Plain("Lowercase"), Plain("Nmt"), Plain("Strip", ("strip_left", true), ("strip_right", true))), Metaspace("never", split: true), bytes: false),
        ["bert"] = () => WordPiece(lowercase: true),
        ["bert-cased"] = () => WordPiece(lowercase: false),
        ["words"] = Words,
    };

    public static IEnumerable<string> Names => Makers.Keys;

    /// <summary>The added tokens of a family, to put into texts.</summary>
    public static IReadOnlyList<string> Spice(JsonObject json) => [.. json["added_tokens"]!.AsArray().Select(token => token!["content"]!.GetValue<string>())];

    public static JsonObject Make(string name) => JsonNode.Parse(Made.GetOrAdd(name, _ => new(() => Makers[name]().ToJsonString())).Value)!.AsObject();

    private static readonly ConcurrentDictionary<string, Lazy<string>> Made = new();

    private static readonly ConcurrentDictionary<string, Lazy<List<(string, string)>>> Learnt = new();

    private static List<string> Corpus() => [.. ManyScripts.Texts(7, 120, [])];

    /// <summary>Merges of words, learnt once.</summary>
    private static List<(string Left, string Right)> Learn(string name, Func<IEnumerable<IEnumerable<string>>> words) => Learnt.GetOrAdd(name, _ => new(() => PairLearner.Learn(words(), 160))).Value;

    private static JsonObject Plain(string type, params (string Key, JsonNode Value)[] settings)
    {
        var json = new JsonObject { ["type"] = type };
        foreach (var (key, value) in settings)
            json[key] = value;
        return json;
    }

    private static JsonObject Sequence(string key, params JsonNode[] steps) => new() { ["type"] = "Sequence", [key] = new JsonArray(steps) };

    private static JsonObject Replace(string from, string to) => Plain("Replace", ("pattern", new JsonObject { ["String"] = from }), ("content", to));

    private static JsonObject RegexReplace(string from, string to) => Plain("Replace", ("pattern", new JsonObject { ["Regex"] = from }), ("content", to));

    private static JsonObject Split(JsonObject pattern, string behavior, bool invert = false) => Plain("Split", ("pattern", pattern), ("behavior", behavior), ("invert", invert));

    private static JsonObject Cut(string expression) => Sequence("pretokenizers", Split(new() { ["Regex"] = expression }, "Isolated"), Plain("ByteLevel", ("add_prefix_space", false), ("trim_offsets", true), ("use_regex", false)));

    private static JsonObject Metaspace(string scheme, bool split) => Plain("Metaspace", ("replacement", "\u2581"), ("prepend_scheme", scheme), ("split", split));

    private static JsonObject Special(string content, bool normalized = false, bool left = false, bool right = false) => Token(content, false, left, right, normalized, special: true);

    private static JsonObject Added(string content, bool word = false, bool left = false, bool right = false, bool normalized = false) => Token(content, word, left, right, normalized, special: false);

    private static JsonObject Token(string content, bool word, bool left, bool right, bool normalized, bool special) =>
        new() { ["content"] = content, ["single_word"] = word, ["lstrip"] = left, ["rstrip"] = right, ["normalized"] = normalized, ["special"] = special };

    private static JsonObject Template(Func<string, int> ids, string? first, string? last)
    {
        var (parts, special) = (new JsonArray(), new JsonObject());
        Add(first);
        parts.Add(new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } });
        Add(last);
        return new() { ["type"] = "TemplateProcessing", ["single"] = parts, ["pair"] = new JsonArray(), ["special_tokens"] = special };

        void Add(string? name)
        {
            if (name is null)
                return;
            parts.Add(new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = name, ["type_id"] = 0 } });
            special[name] = new JsonObject { ["id"] = name, ["ids"] = new JsonArray(ids(name)), ["tokens"] = new JsonArray(name) };
        }
    }

    /// <summary>Puts the parts together; added tokens that the model lacks get the next ids.</summary>
    private static JsonObject Whole(JsonNode? normalizer, JsonNode? splitter, JsonObject model, IEnumerable<string> vocabulary, JsonObject[] added, Func<Func<string, int>, JsonObject?> frame, JsonNode? decoder)
    {
        var ids = vocabulary.Index().ToDictionary(each => each.Item, each => each.Index);
        foreach (var token in added)
        {
            var name = token["content"]!.GetValue<string>();
            token["id"] = ids.TryGetValue(name, out var id) ? id : ids[name] = ids.Count;
        }
        return new()
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. added.OrderBy(token => token["id"]!.GetValue<int>())]),
            ["normalizer"] = normalizer,
            ["pre_tokenizer"] = splitter,
            ["post_processor"] = frame(name => ids[name]),
            ["decoder"] = decoder,
            ["model"] = model,
        };
    }

    private static JsonObject ByteLevel(string expression, JsonNode splitter, JsonObject[] added, JsonNode? normalizer = null, bool ignoreMerges = false, Func<Func<string, int>, JsonObject?>? frame = null)
    {
        var pattern = new RegularPattern(expression);
        var merges = Learn(expression, () => Corpus().SelectMany(text => pattern.Parts(text).Select(part => ByteAlphabet.Spell(text.AsSpan(part.Start, part.Length)).Select(symbol => symbol.ToString()))));
        List<string> tokens = [.. ByteAlphabet.Symbols.Select(symbol => symbol.ToString()), .. merges.Select(merge => merge.Left + merge.Right), "Ġwhole", "ĠHELLO"];
        return Whole(normalizer, splitter, Pairs([.. tokens.Distinct()], merges, ("ignore_merges", ignoreMerges)), tokens.Distinct(), added, frame ?? (_ => null), Plain("ByteLevel", ("add_prefix_space", true), ("trim_offsets", true), ("use_regex", true)));
    }

    private static JsonObject Clip()
    {
        var merges = Learn("words", () => Corpus().SelectMany(text => text.ToLowerInvariant().Split()).Where(word => word.Length > 0).Select(word => ByteAlphabet.Spell(word).Select(symbol => symbol.ToString())).Select(word => word.SkipLast(1).Append(word.Last() + "</w>")));
        List<string> tokens = [.. ByteAlphabet.Symbols.Select(symbol => symbol.ToString()), .. ByteAlphabet.Symbols.Select(symbol => symbol + "</w>"), .. merges.Select(merge => merge.Left + merge.Right)];
        tokens = [.. tokens.Distinct(), "<|startoftext|>", "<|endoftext|>"];
        const string Expression = @"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
        return Whole(Sequence("normalizers", Plain("NFC"), RegexReplace(@"\s+", " "), Plain("Lowercase")),
            Sequence("pretokenizers", Split(new() { ["Regex"] = Expression }, "Removed", invert: true), Plain("ByteLevel", ("add_prefix_space", false), ("trim_offsets", true))),
            Pairs(tokens, merges, ("unk_token", "<|endoftext|>"), ("end_of_word_suffix", "</w>")), tokens,
            [Special("<|startoftext|>", normalized: true), Special("<|endoftext|>")], ids => new() { ["type"] = "RobertaProcessing", ["sep"] = new JsonArray("<|endoftext|>", ids("<|endoftext|>")), ["cls"] = new JsonArray("<|startoftext|>", ids("<|startoftext|>")), ["trim_offsets"] = false, ["add_prefix_space"] = false },
            Plain("BPEDecoder", ("suffix", "</w>")));
    }

    private static JsonObject Pairs(IReadOnlyList<string> tokens, IEnumerable<(string Left, string Right)> merges, params (string Key, JsonNode Value)[] settings)
    {
        var json = new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null,
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
            ["ignore_merges"] = false,
            ["vocab"] = new JsonObject(tokens.Index().Select(each => KeyValuePair.Create(each.Item, (JsonNode?)each.Index))),
            ["merges"] = new JsonArray([.. merges.Select(merge => new JsonArray(merge.Left, merge.Right))]),
        };
        foreach (var (key, value) in settings)
            json[key] = value;
        return json;
    }

    private static JsonObject SentencePiece(JsonNode? normalizer, JsonNode? splitter, JsonObject[] added, bool fuse = true, bool strip = true)
    {
        var words = Corpus().Select(text => "\u2581" + text.Replace(' ', '\u2581')).Select(text => text.EnumerateRunes().Select(rune => rune.ToString()).ToList()).ToList();
        var merges = Learn("sentences", () => words);
        var letters = words.SelectMany(word => word).GroupBy(letter => letter).Where(group => group.Count() > 3).Select(group => group.Key).Union(merges.SelectMany(merge => new[] { merge.Left, merge.Right }).Where(part => part.EnumerateRunes().Count() == 1)).Order(StringComparer.Ordinal);
        string[] tokens = [.. ((string[])["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), .. letters, .. merges.Select(merge => merge.Left + merge.Right)]).Distinct()];
        JsonNode[] decoders = [Replace("\u2581", " "), Plain("ByteFallback"), Plain("Fuse"), .. strip ? [Plain("Strip", ("content", " "), ("start", 1), ("stop", 0))] : Array.Empty<JsonNode>()];
        return Whole(normalizer, splitter, Pairs(tokens, merges, ("unk_token", "<unk>"), ("fuse_unk", fuse), ("byte_fallback", true)), tokens, added, ids => Template(ids, "<s>", null), Sequence("decoders", decoders));
    }

    private static JsonObject Unigram(JsonNode normalizer, JsonNode splitter, bool bytes)
    {
        var random = new Random(3);
        var words = Corpus().SelectMany(text => text.Split(' ')).Select(word => "\u2581" + word).ToList();
        var pieces = words.SelectMany(word => Enumerable.Range(0, word.Length).SelectMany(start => Enumerable.Range(1, Math.Min(5, word.Length - start)).Select(length => word.Substring(start, length))))
            .Where(piece => !char.IsLowSurrogate(piece[0]) && !char.IsHighSurrogate(piece[^1]))
            .GroupBy(piece => piece).Where(group => group.Count() > 2).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(1500).Select(group => group.Key);
        string[] tokens = [.. ((string[])["<pad>", "</s>", "<unk>", .. bytes ? Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>") : [], .. pieces]).Distinct()];
        var model = new JsonObject
        {
            ["type"] = "Unigram",
            ["unk_id"] = 2,
            ["vocab"] = new JsonArray([.. tokens.Index().Select(each => new JsonArray(each.Item, each.Index < 3 ? 0.0 : Math.Round(-3 - 8 * random.NextDouble(), 3)))]),
            ["byte_fallback"] = bytes,
        };
        return Whole(normalizer, splitter, model, tokens, [Special("<pad>"), Special("</s>"), Special("<unk>"), Special("<extra_id_0>", left: true)], ids => Template(ids, null, "</s>"), Metaspace("always", split: true));
    }

    private static JsonObject Table()
    {
        Dictionary<string, string> table = new()
        {
            ["ﬁ"] = "fi",
            ["ﬀ"] = "ff",
            ["Ａ"] = "A",
            ["Ｂ"] = "B",
            ["１"] = "1",
            ["…"] = "...",
            ["\u00A0"] = " ",
            ["\u3000"] = " ",
            ["\t"] = " ",
            ["\n"] = " ",
            ["\u200B"] = " ",
            ["e\u0301"] = "é",
            ["½"] = "1\u20442",
            ["ｶﾞ"] = "ガ",
            ["ｶ"] = "カ",
            ["\uFEFF"] = "",
            ["\u00AD"] = "",
            ["\u0001"] = "",
            ["㎏"] = "kg",
            ["𝐀"] = "A",
            ["\u0301"] = "",
        };
        return Plain("Precompiled", ("precompiled_charsmap", CharacterTable.Make(table)));
    }

    private static JsonObject WordPiece(bool lowercase)
    {
        var words = Corpus().SelectMany(text => (lowercase ? text.ToLowerInvariant() : text).Split()).Where(word => word.Length > 0).ToList();
        var pieces = words.SelectMany(word => Enumerable.Range(1, Math.Min(4, word.Length)).SelectMany(length => (string[])[word[..length], "##" + word[^length..]]))
            .Concat(words.SelectMany(word => word).SelectMany(letter => (string[])[letter.ToString(), "##" + letter])).Where(piece => !char.IsSurrogate(piece[^1]) && !char.IsLowSurrogate(piece[0]))
            .GroupBy(piece => piece).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(1200).Select(group => group.Key);
        string[] tokens = [.. ((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. pieces]).Distinct()];
        var model = new JsonObject
        {
            ["type"] = "WordPiece",
            ["unk_token"] = "[UNK]",
            ["continuing_subword_prefix"] = "##",
            ["max_input_chars_per_word"] = 20,
            ["vocab"] = new JsonObject(tokens.Index().Select(each => KeyValuePair.Create(each.Item, (JsonNode?)each.Index))),
        };
        return Whole(Plain("BertNormalizer", ("clean_text", true), ("handle_chinese_chars", true), ("lowercase", lowercase)), Plain("BertPreTokenizer"), model, tokens,
            [Special("[PAD]"), Special("[UNK]"), Special("[CLS]"), Special("[SEP]"), Special("[MASK]", left: true)], ids => lowercase ? Template(ids, "[CLS]", "[SEP]")
                : new() { ["type"] = "BertProcessing", ["sep"] = new JsonArray("[SEP]", ids("[SEP]")), ["cls"] = new JsonArray("[CLS]", ids("[CLS]")) },
            Plain("WordPiece", ("prefix", "##"), ("cleanup", true)));
    }

    private static JsonObject Words()
    {
        string[] tokens = [.. ((string[])["[UNK]", "[EOS]", .. Corpus().SelectMany(text => text.Split(' ')).Where(word => word.Length > 0).Order(StringComparer.Ordinal)]).Distinct()];
        var model = new JsonObject
        {
            ["type"] = "WordLevel",
            ["vocab"] = new JsonObject(tokens.Index().Select(each => KeyValuePair.Create(each.Item, (JsonNode?)each.Index))),
            ["unk_token"] = "[UNK]",
        };
        return Whole(Plain("NFD"), Sequence("pretokenizers", Plain("Whitespace"), Plain("Punctuation", ("behavior", "Contiguous")), Plain("Digits", ("individual_digits", false))), model, tokens, [Special("[UNK]"), Special("[EOS]")], _ => null, null);
    }
}
