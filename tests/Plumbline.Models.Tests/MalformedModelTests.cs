using System.Text.Json.Nodes;
using TorchSharp;

namespace Plumbline.Models.Tests;

public sealed class MalformedModelTests
{
    [Theory]
    [InlineData("config.json", "hidden_size", null, "'hidden_size' is missing")]
    [InlineData("config.json", "hidden_size", "\"16\"", "a whole number")]
    [InlineData("config.json", "hidden_size", "1e99", "a whole number")]
    [InlineData("config.json", "hidden_size", "18", "18 does not split into 4 heads")]
    [InlineData("config.json", "num_key_value_heads", "3", "does not divide")]
    [InlineData("config.json", "num_hidden_layers", "4000", "is missing")]
    [InlineData("config.json", "hidden_size", "16777216", "the shape is")]
    [InlineData("config.json", "rms_norm_eps", "0", "greater than 0")]
    [InlineData("config.json", "model_type", "\"mamba\"", "model type 'mamba'")]
    [InlineData("config.json", "architectures", "[\"LlamaForSequenceClassification\"]", "no causal language model")]
    [InlineData("config.json", "hidden_act", "\"relu\"", "activation 'relu'")]
    [InlineData("config.json", "attention_bias", "true", "is missing")]
    [InlineData("config.json", "rope_scaling", "{\"rope_type\":\"yarn\"}", "'factor' is missing")]
    [InlineData("config.json", "rope_scaling", "{\"rope_type\":\"warp\",\"factor\":2}", "type 'warp'")]
    [InlineData("config.json", "rope_scaling", "{\"rope_type\":\"linear\",\"factor\":2,\"beta\":3}", "'beta'")]
    [InlineData("config.json", "rope_parameters", "{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":4}", "not above")]
    [InlineData("config.json", "rope_scaling", "{\"rope_type\":\"longrope\",\"short_factor\":[1],\"long_factor\":[1]}", "short_factor has 1")]
    [InlineData("config.json", "sliding_window", "128", "'sliding_window'")]
    [InlineData("config.json", "quantization_config", "{}", "'quantization_config'")]
    [InlineData("config.json", "pretraining_tp", "2", "'pretraining_tp'")]
    [InlineData("config.json", "rope_interleaved", "true", "'rope_interleaved'")]
    [InlineData("config.json", "head_dim", "8", "the shape is")]
    [InlineData("config.json", "head_dim", "7", "even width")]
    [InlineData("config.json", "head_dim", "2", "the shape is")]
    [InlineData("config.json", "eos_token_id", "290", "is no token")]
    [InlineData("config.json", "vocab_size", "200", "knows 200 tokens")]
    [InlineData("config.json", "intermediate_size", "20", "the shape is")]
    [InlineData("tokenizer.json", "model", null, "'model' is missing")]
    [InlineData("tokenizer.json", "model.type", "\"Unigram\"", "\"BPE\"")]
    [InlineData("tokenizer.json", "model.vocab", "{}", "all 256 bytes")]
    [InlineData("tokenizer.json", "model.vocab.a", "-1", "a whole number")]
    [InlineData("tokenizer.json", "model.vocab.a", "8", "stands for two tokens")]
    [InlineData("tokenizer.json", "model.vocab.a", "2147483648", "a whole number")]
    [InlineData("tokenizer.json", "model.merges", "[[\"a\",\"b\",\"c\"]]", "no merge")]
    [InlineData("tokenizer.json", "model.merges", "[\"q zzz\"]", "no merge")]
    [InlineData("tokenizer.json", "model.merges", "[7]", "an array")]
    [InlineData("tokenizer.json", "model.byte_fallback", "true", "expected false")]
    [InlineData("tokenizer.json", "normalizer", "{\"type\":\"NFC\"}", "normalisation")]
    [InlineData("tokenizer_config.json", "eos_token", "\"<none>\"", "no token '<none>'")]
    [InlineData("tokenizer_config.json", "pad_token", "7", "a string")]
    [InlineData("tokenizer_config.json", "chat_template", "7", "a string")]
    [InlineData("tokenizer.json", "added_tokens", "[{\"id\":3,\"content\":\"<|pad|>\"}]", "do not belong together")]
    [InlineData("tokenizer.json", "added_tokens", "[{\"id\":0,\"content\":\"\"}]", "is empty")]
    [InlineData("tokenizer.json", "pre_tokenizer", "{\"type\":\"Whitespace\"}", "this way to cut text")]
    [InlineData("tokenizer.json", "pre_tokenizer.pretokenizers.0.pattern.Regex", "\"(\"", "no regular expression")]
    [InlineData("tokenizer.json", "pre_tokenizer.pretokenizers.0.behavior", "\"Removed\"", "Isolated")]
    [InlineData("tokenizer.json", "pre_tokenizer.pretokenizers.1.add_prefix_space", "true", "expected false")]
    public void A_wrong_value_is_refused_with_its_place(string file, string path, string? value, string complaint)
    {
        using var folder = Saved();
        var json = JsonNode.Parse(File.ReadAllText(folder[file]))!;
        var steps = path.Split('.');
        var at = steps[..^1].Aggregate(json, (node, step) => (int.TryParse(step, out var index) ? node[index] : node[step])!);
        if (value is null)
            at.AsObject().Remove(steps[^1]);
        else
            at[steps[^1]] = JsonNode.Parse(value);
        File.WriteAllText(folder[file], json.ToJsonString());
        Refused(folder, complaint);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public void A_file_that_is_missing_empty_cut_off_or_noise_is_refused(string file)
    {
        using var folder = Saved();
        var whole = File.ReadAllBytes(folder[file]);
        foreach (var bytes in (byte[][])[[], whole[..(whole.Length / 2)], whole[..^3], [0xFF, 0xFE, .. whole], [.. whole, (byte)'}']])
        {
            File.WriteAllBytes(folder[file], bytes);
            Refused(folder, file);
        }
        File.Delete(folder[file]);
        Refused(folder, "does not exist");
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "JSON")]
    [InlineData("""{"\ud800":1}""", "surrogate")]
    [InlineData("[]", "an object")]
    public void Strange_json_is_refused(string text, string complaint)
    {
        using var folder = Saved();
        foreach (var file in (string[])["config.json", "tokenizer.json"])
        {
            var before = File.ReadAllText(folder[file]);
            File.WriteAllText(folder[file], text);
            Refused(folder, complaint);
            File.WriteAllText(folder[file], new string('[', 100_000));
            Refused(folder, "JSON");
            File.WriteAllText(folder[file], before);
        }
    }

    [Fact]
    public void Weights_that_are_missing_superfluous_or_not_finite_are_refused_by_name()
    {
        using var folder = Saved();
        using var scope = torch.NewDisposeScope();
        var weights = SafeTensors.Load(folder["model.safetensors"]).ToDictionary();
        Try(weights.Where(each => each.Key != "model.norm.weight"), "'model.norm.weight' is missing");
        Try(weights.Where(each => each.Key != "model.norm.weight").Append(new("model.norm.bias", torch.ones(16))), "'model.norm.weight' is missing");
        Try(weights.Append(new("model.layers.0.self_attn.q_proj.lora_A", torch.ones(2))), "lora_A");
        Try(weights.Where(each => each.Key != "model.norm.weight").Append(new("model.norm.weight", torch.zeros(16).FillWith(double.NaN))), "not a finite number");

        void Try(IEnumerable<KeyValuePair<string, torch.Tensor>> tensors, string complaint)
        {
            SafeTensors.Save(folder["model.safetensors"], tensors.Select(each => (each.Key, each.Value)));
            Refused(folder, complaint);
        }
    }

    private static TemporaryFolder Saved()
    {
        var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        model.Save(folder.Path);
        return folder;
    }

    private static void Refused(TemporaryFolder folder, string complaint)
    {
        var e = Assert.Throws<InputException>(() => LanguageModel.Load(folder.Path));
        Assert.StartsWith(folder.Path, e.Place, StringComparison.Ordinal);
        Assert.Contains(complaint, e.Message, StringComparison.Ordinal);
    }
}
