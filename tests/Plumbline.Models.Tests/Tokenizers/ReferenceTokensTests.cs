using System.Text.Json.Nodes;

namespace Plumbline.Models.Tests.Tokenizers;

/// <summary>What the tokenizers library of Hugging Face makes of the same files and texts. The oracle is the original in Rust, from npm.</summary>
/// <remarks>Its JavaScript twin, @huggingface/tokenizers, differs from it in places; where the two differ, the original counts.</remarks>
public sealed class ReferenceTokensTests
{
    private const int Texts = 600;

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
        Compare(folder, json, [.. ManyScripts.Texts(5, 300, ["aab", "tath", "xxth", "ksſK", "Strasse", "a a"]).Where(text => text.Length > 0)]);
    }

    [Fact] // all characters up to U+FFFF and those beyond that decompose; what Unicode has added since the tables of the original may differ, so not the last blocks
    public void Normalisation_agrees_on_every_character()
    {
        string[] texts = [.. Enumerable.Range(0x20, 0x2FFFF).Where(code => code is < 0xD800 or >= 0xE000 && System.Text.Rune.GetUnicodeCategory(new(code)) != System.Globalization.UnicodeCategory.OtherNotAssigned)
            .Where(code => code is < 0x0500 or >= 0x1E00 and < 0x2300 or >= 0xAC00 and < 0xAD00 or >= 0xF900 and < 0xFB00)
            .Chunk(64).SelectMany(codes => (string[])[string.Concat(codes.Select(code => char.ConvertFromUtf32(code))), string.Concat(codes.Select(code => "a" + char.ConvertFromUtf32(code) + "\u0323\u0301"))])];
        foreach (var form in (string[])["NFC", "NFD", "NFKC", "NFKD"])
        {
            using var folder = new TemporaryFolder();
            var json = TokenizerFamilies.Make("gpt2");
            json["normalizer"] = new JsonObject { ["type"] = form };
            Compare(folder, json, texts);
        }
    }

    private static void Compare(TemporaryFolder folder, JsonObject json, string[] texts)
    {
        File.WriteAllText(folder["tokenizer.json"], json.ToJsonString());
        var theirs = NodeOracle.Ask<Row[]>("tokenizers", "encode.mjs", new { file = folder["tokenizer.json"], texts });
        var ours = Tokenizer.Load(folder.Path);
        foreach (var (text, row) in texts.Zip(theirs))
        {
            Assert.True(row.Ids.SequenceEqual(ours.EncodeMarked(text)), $"'{text}' is {string.Join(' ', row.Ids)} there and {string.Join(' ', ours.EncodeMarked(text))} here");
            Assert.Equal(row.Framed, ours.EncodeMarked(text, frame: true));
            Assert.Equal(row.Text, ours.Decode(row.Ids));
            Assert.Equal(row.Plain, ours.Decode(row.Framed, skipSpecial: true));
        }
    }

    private sealed record Row(int[] Ids, int[] Framed, string Text, string Plain);
}
