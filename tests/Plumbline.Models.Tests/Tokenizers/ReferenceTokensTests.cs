using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Plumbline.Models.Tests.Tokenizers;

/// <summary>What the tokenizers library of Hugging Face makes of the same files and texts. The oracle is the original in Rust, from npm.</summary>
/// <remarks>Its JavaScript twin, @huggingface/tokenizers, differs from it in places; where the two differ, the original counts.</remarks>
public sealed class ReferenceTokensTests
{
    private const int Texts = 400;

    public static TheoryData<string> Families => [.. TokenizerFamilies.Names];

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_family_encodes_and_decodes_as_the_original_does(string family)
    {
        using var folder = new TemporaryFolder();
        var json = TokenizerFamilies.Make(family);
        var texts = ManyScripts.Texts(11, Texts, TokenizerFamilies.Spice(json)).ToArray();
        Compare(folder, json, texts);
    }

    /// <summary>Steps that no family has.</summary>
    [Theory]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"String":"a"},"behavior":"MergedWithNext","invert":false}""")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"\\p{N}+"},"behavior":"MergedWithPrevious","invert":true}""")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"[aeiou]"},"behavior":"Contiguous","invert":false}""")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"x*"},"behavior":"Isolated","invert":false}""")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"^.|(?<=t)h|\\bc\\w++|.$"},"behavior":"Isolated","invert":false}""")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"(?i:[a-s]k?)|\\w{2,3}?|(a|b)|[^\\s\\-!]"},"behavior":"Isolated","invert":false}""")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"\\W+|\\h+|[\\w&]+"},"behavior":"Removed","invert":true}""")]
    [InlineData("pre_tokenizer", """{"type":"Punctuation","behavior":"MergedWithNext"}""")]
    [InlineData("pre_tokenizer", """{"type":"Digits","individual_digits":false}""")]
    [InlineData("pre_tokenizer", """{"type":"FixedLength","length":3}""")]
    [InlineData("pre_tokenizer", """{"type":"CharDelimiterSplit","delimiter":"e"}""")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":false}]}""")]
    [InlineData("normalizer", """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":true,"lowercase":false}""")]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":[{"type":"NFKD"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":"_"},{"type":"NFC"}]}""")]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Strip","strip_left":true,"strip_right":false}]}""")]
    [InlineData("normalizer", """{"type":"ByteLevel"}""")]
    [InlineData("normalizer", """{"type":"Nmt"}""")]
    [InlineData("decoder", """{"type":"Sequence","decoders":[{"type":"Strip","content":"a","start":2,"stop":0},{"type":"Fuse"},{"type":"Replace","pattern":{"Regex":"[et]"},"content":"-"}]}""")]
    [InlineData("decoder", """{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Strip","content":"Ġ","start":1,"stop":2}]}""")]
    [InlineData("decoder", """{"type":"Metaspace","replacement":"Ġ","prepend_scheme":"never"}""")]
    [InlineData("decoder", """{"type":"WordPiece","prefix":"t","cleanup":true}""")]
    [InlineData("decoder", """{"type":"BPEDecoder","suffix":"e"}""")]
    [InlineData("decoder", "null")]
    public void Every_step_does_what_the_original_does(string place, string step)
    {
        using var folder = new TemporaryFolder();
        var json = TokenizerFamilies.Make("gpt2");
        json[place] = JsonNode.Parse(step);
        if (place == "pre_tokenizer" && !step.Contains("ByteLevel"))
            json[place] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(JsonNode.Parse(step), JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""")) };
        Compare(folder, json, [.. ManyScripts.Texts(5, 200, ["aab", "tath", "xxth", "ksſK", "Strasse", "a a"]).Where(text => text.Length > 0)]);
    }

    /// <summary>Every character between blanks, and those of some blocks among marks.</summary>
    /// <remarks>The tables of the original are those of Unicode 9: it knows no decomposition that came later, so those characters are left out.</remarks>
    [Theory]
    [InlineData("NFC")]
    [InlineData("NFD")]
    [InlineData("NFKC")]
    [InlineData("NFKD")]
    public void Normalisation_agrees_on_every_character(string form)
    {
        using var folder = new TemporaryFolder();
        var json = TokenizerFamilies.Make("gpt2");
        json["normalizer"] = new JsonObject { ["type"] = form };
        var alone = Assigned().Where(code => code is not (0x32FF or >= 0xA7F2 and <= 0xA7F4 or 0xAB69 or >= 0x10781 and <= 0x107BA or 0x11938 or 0x1F16C or >= 0x1FBF0 and <= 0x1FBF9));
        var marked = Assigned().Where(code => code is < 0x0500 or >= 0x1E00 and < 0x2300 or >= 0xAC00 and < 0xAD00 or >= 0xF900 and < 0xFB00);
        Compare(folder, json, [.. Between(alone, " ", " "), .. Between(marked, "", ""), .. Between(marked, "a", "\u0323\u0301")]);
    }

    /// <summary>Which characters a regular expression means. Outside of brackets, ² and ½ are of words there; in brackets they are not.</summary>
    [Theory]
    [InlineData(@"\W")]
    [InlineData(@"[^\w]")]
    [InlineData(@"\s|\d")]
    [InlineData(@"\b.\b")]
    [InlineData(@"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]|\p{P}")]
    public void Classes_of_characters_agree_on_every_character(string expression)
    {
        using var folder = new TemporaryFolder();
        var json = TokenizerFamilies.Make("gpt2");
        json["normalizer"] = new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = expression }, ["content"] = "*" };
        Compare(folder, json, [.. Between(Assigned(), " ", " ")]);
    }

    /// <summary>What Unicode has given a meaning to, except most ideographs, which are all alike.</summary>
    private static IEnumerable<int> Assigned() => Enumerable.Range(1, 0x31FFF).Where(code => code is < 0xD800 or > 0xF8FF && code is not (> 0x4E10 and < 0x9F00 or > 0x20010 and < 0x2F700)
        && Rune.GetUnicodeCategory(new(code)) != UnicodeCategory.OtherNotAssigned);

    private static IEnumerable<string> Between(IEnumerable<int> codes, string before, string after) =>
        codes.Chunk(64).Select(some => string.Concat(some.Select(code => before + char.ConvertFromUtf32(code) + after)));

    private static void Compare(TemporaryFolder folder, JsonObject json, string[] texts)
    {
        File.WriteAllText(folder["tokenizer.json"], json.ToJsonString());
        var theirs = NodeOracle.Ask<Row[]>("tokenizers", "encode.mjs", new { file = folder["tokenizer.json"], texts });
        var ours = Tokenizer.Load(folder.Path);
        foreach (var (text, row) in texts.Zip(theirs))
        {
            if (!row.Ids.SequenceEqual(ours.EncodeMarked(text)))
                Assert.Fail($"'{text}' is {string.Join(' ', row.Ids)} there and {string.Join(' ', ours.EncodeMarked(text))} here");
            Assert.Equal(row.Framed, ours.EncodeMarked(text, frame: true));
            Assert.Equal(row.Text, ours.Decode(row.Ids));
            Assert.Equal(row.Plain, ours.Decode(row.Framed, skipSpecial: true));
        }
    }

    private sealed record Row(int[] Ids, int[] Framed, string Text, string Plain);
}
