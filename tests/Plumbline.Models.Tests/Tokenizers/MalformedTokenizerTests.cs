using System.Text.Json.Nodes;

namespace Plumbline.Models.Tests.Tokenizers;

public sealed class MalformedTokenizerTests
{
    private const string Split = """{"type":"Split","pattern":{"Regex":"REGEX"},"behavior":"Isolated","invert":false}""";

    [Theory]
    [InlineData("llama2", "model.dropout", "0.1", "dropout")]
    [InlineData("llama2", "model.unk_token", "\"<none>\"", "not in the vocabulary")]
    [InlineData("llama2", "model.flavour", "1", "'flavour'")]
    [InlineData("llama2", "model.type", "\"Morphemes\"", "\"BPE\"")]
    [InlineData("llama2", "model.merges", "[[\"<s>\",\"</s>\"]]", "no merge")]
    [InlineData("llama2", "model.merges", "[\"a\"]", "no merge")]
    [InlineData("llama2", "model.vocab", "{}", "no token")]
    [InlineData("llama2", "model.vocab", "{\"a\":0,\"b\":0}", "stands for two tokens")]
    [InlineData("llama2", "model.vocab.<s>", "99999999999", "a whole number")]
    [InlineData("llama2", "normalizer", "{\"type\":\"Uppercase\"}", "normalizer 'Uppercase'")]
    [InlineData("llama2", "normalizer", "{\"type\":\"NFC\",\"version\":9}", "'version'")]
    [InlineData("llama2", "normalizer", "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}", "no table")]
    [InlineData("llama2", "normalizer", "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"%%\"}", "no table")]
    [InlineData("llama2", "normalizer", "{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"\"}", "empty pattern")]
    [InlineData("llama2", "pre_tokenizer", "{\"type\":\"UnicodeScripts\"}", "pre-tokenizer 'UnicodeScripts'")]
    [InlineData("llama2", "pre_tokenizer", "{\"type\":\"Metaspace\",\"replacement\":\"ab\"}", "a single character")]
    [InlineData("llama2", "pre_tokenizer", "{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"often\"}", "\"always\"")]
    [InlineData("llama2", "pre_tokenizer", "{\"type\":\"FixedLength\",\"length\":0}", "a whole number")]
    [InlineData("llama2", "decoder", "{\"type\":\"CTC\"}", "decoder 'CTC'")]
    [InlineData("llama2", "decoder", "{\"type\":\"BPEDecoder\",\"suffix\":\"\"}", "not empty")]
    [InlineData("llama2", "post_processor.special_tokens.<s>.ids", "[77777]", "77777")]
    [InlineData("llama2", "post_processor.special_tokens", "{}", "'<s>' is not among")]
    [InlineData("llama2", "post_processor", "{\"type\":\"Bow\"}", "post-processor 'Bow'")]
    [InlineData("llama2", "added_tokens.0.id", "5", "do not belong together")]
    [InlineData("llama2", "added_tokens.0.content", "\"\"", "is empty")]
    [InlineData("llama2", "added_tokens.1.content", "\"<unk>\"", "stands twice")]
    [InlineData("llama2", "added_tokens.0.colour", "1", "'colour'")]
    [InlineData("normalised", "added_tokens.3.content", "\"CAT\"", "do not belong")]
    [InlineData("llama2", "version", "\"2.0\"", "\"1.0\"")]
    [InlineData("llama2", "speed", "1", "'speed'")]
    [InlineData("t5", "model.unk_id", "99999", "a whole number")]
    [InlineData("t5", "model.vocab", "[]", "0 tokens")]
    [InlineData("t5", "model.vocab", "[[\"a\",1e999]]", "a token and its score")]
    [InlineData("t5", "model.vocab", "[[\"a\",0],[\"a\",0]]", "stands twice")]
    [InlineData("bert", "model.unk_token", "\"[NONE]\"", "not in the vocabulary")]
    [InlineData("words", "model.unk_token", "null", "is missing")]
    public void A_wrong_value_is_refused_with_its_place(string family, string path, string value, string complaint)
    {
        var json = TokenizerFamilies.Make(family);
        var steps = path.Split('.');
        var at = steps[..^1].Aggregate((JsonNode)json, (node, step) => (int.TryParse(step, out var index) ? node[index] : node[step])!);
        at[steps[^1]] = JsonNode.Parse(value);
        Refused(json, complaint);
    }

    [Theory]
    [InlineData("(", "not closed")]
    [InlineData(")", "closes nothing")]
    [InlineData("[a", "not closed")]
    [InlineData("*a", "repeats nothing")]
    [InlineData("a\\\\", "middle of an escape")]
    [InlineData("(a)\\\\1", "is not known")]
    [InlineData("(?<name>a)", "is not known")]
    [InlineData("(?m:a)", "is not known")]
    [InlineData("\\\\p{Klingon}", "Klingon")]
    [InlineData("\\\\p{Han}", "Han")]
    [InlineData("[a&&b]", "&&")]
    [InlineData("[a[b]]", "inside of a class")]
    [InlineData("[z-a]", "goes nowhere")]
    [InlineData("a{2000}", "repeated more than")]
    [InlineData("\\\\x{1F600}", "beyond U+FFFF")]
    [InlineData("(?i:ss)", "either case")]
    [InlineData("\\\\Ga", "is not known")]
    public void An_expression_that_means_something_else_here_is_refused_by_name(string expression, string complaint) => RefusedExpression(expression, complaint);

    [Fact]
    public void Endless_expressions_are_refused()
    {
        RefusedExpression(new string('(', 5000) + new string(')', 5000), "characters");
        RefusedExpression(new string('(', 100) + new string(')', 100), "deep");
    }

    [Fact]
    public void Steps_nested_without_end_are_refused()
    {
        var step = """{"type":"NFC"}""";
        for (var depth = 0; depth < 60; depth++)
            step = $$"""{"type":"Sequence","normalizers":[{{step}}]}""";
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.json"], $$"""{"normalizer":{{step}}}""");
        Assert.Contains("JSON", Assert.Throws<InputException>(() => Tokenizer.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static void RefusedExpression(string expression, string complaint)
    {
        var json = TokenizerFamilies.Make("llama2");
        json["pre_tokenizer"] = JsonNode.Parse(Split.Replace("REGEX", expression, StringComparison.Ordinal));
        Refused(json, complaint);
    }

    private static void Refused(JsonObject json, string complaint)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.json"], json.ToJsonString());
        var e = Assert.Throws<InputException>(() => Tokenizer.Load(folder.Path));
        Assert.StartsWith(folder["tokenizer.json"], e.Place, StringComparison.Ordinal);
        Assert.Contains(complaint, e.Message, StringComparison.Ordinal);
    }
}
