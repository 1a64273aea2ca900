using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Plumbline.Models.Tests.Tokenizers;

namespace Plumbline.Models.Tests.Gguf;

/// <summary>SentencePiece-style vocabularies as llama.cpp reads them from our files.</summary>
public sealed partial class GgufSentencePiecesTests
{
    [GeneratedRegex(@"[\s-[ \t-\r]]")]
    private static partial Regex Beyond { get; }

    private const string Metaspace = """{ "type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "never", "split": false }""";

    public static TheoryData<string> Families => ["llama2", "mistral", "gemma", "never"];

    /// <summary>What llama.cpp would do otherwise, each a change of a tokenizer that it can express.</summary>
    public static TheoryData<string, string> Others => new()
    {
        { "cut", "a space before every stretch of text or before none" },
        { "rstrip", "'<s>' ('single_word', 'lstrip', 'rstrip')" },
        { "normalized", "'<s>' before text is normalised" },
        { "overlap", "'ab' and 'bcd' can overlap" },
        { "ignore merges", "ignore_merges" },
        { "a byte less", "it has no token <0xE4>" },
        { "a merge less", "it has no merge of" },
        { "mixed merges", "not listed token by token" },
        { "framed", "other tokens stand around a text" },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public void Text_and_answers_are_token_by_token_alike(string family)
    {
        using var folder = new TemporaryFolder();
        var json = Make(family);
        var tokenizer = Load(folder, json);
        using var model = LlamaCppTests.Random(LlamaCppTests.Shape, tokenizer);
        GgufFile.Save(model, folder["model.gguf"], GgufType.F32);
        string[] texts = ["", " ", "a", " a", .. ManyScripts.Texts(11, 400, TokenizerFamilies.Spice(json))];
        var theirs = NodeOracle.Ask<Answer>("llama-cpp", "tokenize.mjs", new { path = folder["model.gguf"], texts });
        Assert.True(theirs.Begins);
        AssertSame(tokenizer, texts, theirs.Ids);
        int[][] prompts = [.. texts.Select(text => tokenizer.EncodeMarked(text, frame: true)).Where(ids => ids.Length is > 4 and < 100).Take(8)];
        Assert.Equal(LlamaCppTests.Ours(model, prompts, 12), LlamaCppTests.Theirs(folder["model.gguf"], prompts, 12));
    }

    [Fact]
    public void Phi_3_answers_two_hundred_conversations_token_by_token_alike() =>
        AssertConversations("phi3", LlamaCppTests.Shape with { Architecture = DecoderArchitecture.Phi3, TiedEmbeddings = false, SlidingWindow = 400, MaximumPositions = 512 },
            text => $"<|system|>\nYou are {text[..(text.Length / 2)]}<|end|>\n<|user|>\n{text}<|end|>\n<|assistant|>\n");

    [Fact] // as Mistral 7B Instruct v0.3
    public void Mistral_answers_two_hundred_conversations_token_by_token_alike() =>
        AssertConversations("later mistral", LlamaCppTests.Shape with { Architecture = DecoderArchitecture.Mistral, TiedEmbeddings = false, SlidingWindow = 400, MaximumPositions = 512 },
            text => $"<s>[INST] {text}[/INST] {text[..(text.Length / 2)]}</s>[INST]{text}[/INST]");

    [Fact]
    public void A_space_at_the_beginning_only_is_what_a_model_without_conversations_gets_before_plain_text()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Load(folder, Make("later mistral"));
        using var model = LlamaCppTests.Random(LlamaCppTests.Shape, tokenizer);
        GgufFile.Save(model, folder["model.gguf"], GgufType.F32);
        string[] texts = [.. ManyScripts.Texts(12, 300, []).Where(text => text.Length > 0 && text[0] is not (' ' or '\u2581'))];
        AssertSame(tokenizer, texts, NodeOracle.Ask<Answer>("llama-cpp", "tokenize.mjs", new { path = folder["model.gguf"], texts }).Ids);
    }

    /// <summary>From text over tokens to what is written after them.</summary>
    private static void AssertConversations(string family, DecoderConfig shape, Func<string, string> converse)
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Load(folder, Make(family), "{{ messages[0].content }}");
        using var model = LlamaCppTests.Random(shape, tokenizer);
        GgufFile.Save(model, folder["model.gguf"], GgufType.F32);
        // What markers swallow is white space of ASCII there, of Unicode here.
        string[] texts = [.. ManyScripts.Texts(13, 600, []).Select(text => Beyond.Replace(text, " ")).Where(text => text.Length < 60).Select(converse).Take(200)];
        var ids = NodeOracle.Ask<Answer>("llama-cpp", "tokenize.mjs", new { path = folder["model.gguf"], texts }).Ids;
        AssertSame(tokenizer, texts, ids);
        Assert.Equal(200, ids.Length);
        // llama.cpp knows some ends of texts by their names.
        int[] ends = [.. tokenizer.Pipeline.Added.Where(token => token.Content is "<|end|>" or "<|endoftext|>").Select(token => token.Id)];
        Assert.Equal(LlamaCppTests.Ours(model, ids, 8, ends), LlamaCppTests.Theirs(folder["model.gguf"], ids, 8));
    }

    private static void AssertSame(Tokenizer tokenizer, string[] texts, int[][] theirs)
    {
        foreach (var (text, ids) in texts.Zip(theirs))
        {
            if (!ids.SequenceEqual(tokenizer.EncodeMarked(text)))
                Assert.Fail($"'{text}' is {string.Join(' ', ids)} there and {string.Join(' ', tokenizer.EncodeMarked(text))} here");
        }
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void What_llama_cpp_would_read_otherwise_is_refused(string change, string complaint)
    {
        using var folder = new TemporaryFolder();
        var json = Make("llama2");
        var (model, marker) = (json["model"]!, json["added_tokens"]![1]!);
        var merges = model["merges"]!.AsArray();
        switch (change)
        {
            case "cut":
                json["pre_tokenizer"] = JsonNode.Parse("""{ "type": "Digits", "individual_digits": true }""");
                break;
            case "rstrip" or "normalized":
                marker[change] = true;
                break;
            case "overlap":
                foreach (var content in (string[])["ab", "bcd"])
                {
                    var added = marker.DeepClone();
                    (added["content"], added["id"], added["special"]) = (content, model["vocab"]!.AsObject().Count + content.Length, false);
                    json["added_tokens"]!.AsArray().Add(added);
                }
                break;
            case "ignore merges":
                model["ignore_merges"] = true;
                break;
            case "a byte less":
                var bytes = model["vocab"]!.AsObject();
                bytes["<0xe4>"] = bytes["<0xE4>"]!.DeepClone();
                bytes.Remove("<0xE4>");
                break;
            case "a merge less":
                merges.RemoveAt(merges.Index().First(each => each.Index > 0 && Target(each.Item) == Target(merges[each.Index - 1])).Index);
                break;
            case "mixed merges":
                var again = merges.Index().First(each => each.Index > 0 && Target(each.Item) == Target(merges[each.Index - 1])).Index;
                var moved = merges[again]!.DeepClone();
                merges.RemoveAt(again);
                merges.Add(moved);
                break;
            case "framed":
                var single = json["post_processor"]!["single"]!.AsArray();
                single.Add(single[0]!.DeepClone());
                break;
        }
        using var language = LlamaCppTests.Random(LlamaCppTests.Shape, Load(folder, json));
        var error = Assert.Throws<InputException>(() => GgufFile.Save(language, folder["model.gguf"]));
        Assert.Contains(complaint, error.Problem, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["model.gguf"]));
    }

    [Theory]
    [InlineData("xlmr", "drops all spaces at the end")]
    [InlineData("t5", "spells no characters in bytes")]
    public void A_unigram_vocabulary_is_refused_with_what_llama_cpp_does_otherwise(string family, string complaint)
    {
        using var folder = new TemporaryFolder();
        using var model = LlamaCppTests.Random(LlamaCppTests.Shape, Load(folder, TokenizerFamilies.Make(family)));
        Assert.Contains(complaint, Assert.Throws<InputException>(() => GgufFile.Save(model, folder["model.gguf"])).Problem, StringComparison.Ordinal);
    }

    private static Tokenizer Load(TemporaryFolder folder, JsonObject json, string? template = null)
    {
        var config = new JsonObject { ["eos_token"] = "</s>", ["unk_token"] = "<unk>" };
        if (TokenizerFamilies.Spice(json).Contains("<s>"))
            config["bos_token"] = "<s>";
        if (template is not null)
            config["chat_template"] = template;
        File.WriteAllText(folder["tokenizer.json"], json.ToJsonString());
        File.WriteAllText(folder["tokenizer_config.json"], config.ToJsonString());
        return Tokenizer.Load(folder.Path);
    }

    private static JsonObject Make(string family)
    {
        var json = TokenizerFamilies.Make(family switch { "never" => "gemma", "later mistral" => "mistral", _ => family });
        if (family == "mistral") // as its first versions
            (json["normalizer"], json["pre_tokenizer"]) = (TokenizerFamilies.Make("llama2")["normalizer"]!.DeepClone(), null);
        else if (family == "never")
            (json["normalizer"], json["pre_tokenizer"]) = (null, JsonNode.Parse(Metaspace));
        MergeEveryWay(json);
        return json;
    }

    /// <summary>Lists merges as they are where they come from a SentencePiece model: token by token all the ways to make it, runs of spaces too.</summary>
    private static void MergeEveryWay(JsonObject json)
    {
        var vocabulary = json["model"]!["vocab"]!.AsObject();
        var spaces = json["added_tokens"]!.AsArray().Where(token => token!["content"]!.GetValue<string>().Contains('\u2581', StringComparison.Ordinal)).ToList();
        foreach (var token in spaces)
            vocabulary[token!["content"]!.GetValue<string>()] = token["id"]!.DeepClone();
        var made = json["model"]!["merges"]!.AsArray().Select(Target).Concat(spaces.Select(token => token!["content"]!.GetValue<string>())).Distinct().ToList();
        json["model"]!["merges"] = new JsonArray([.. made.SelectMany(token => Enumerable.Range(1, token.Length - 1).Select(at => (Left: token[..at], Right: token[at..])))
            .Where(pair => vocabulary.ContainsKey(pair.Left) && vocabulary.ContainsKey(pair.Right)).Select(pair => new JsonArray(pair.Left, pair.Right))]);
    }

    private static string Target(JsonNode? merge) => merge![0]!.GetValue<string>() + merge[1]!.GetValue<string>();

    private sealed record Answer(bool Begins, int[][] Ids);
}
