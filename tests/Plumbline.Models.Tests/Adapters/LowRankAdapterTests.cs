using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Adapters;

/// <summary>Adapters held against logits of an implementation that shares nothing with this one: Fixtures/logits/make.py.</summary>
public sealed class LowRankAdapterTests
{
    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    [Theory]
    [InlineData("llama-lora")]
    [InlineData("llama-rslora")]
    [InlineData("llama-dora")]
    [InlineData("phi3-short-lora")] // on matrices that are stored as one
    [InlineData("gpt2-dora")] // on matrices that are stored on their side
    public void Merged_a_decoder_says_what_the_definition_says(string name)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var decoder = Decoder.Load(Base(name));
        using var adapter = LowRankAdapter.Load(Path.Combine(Fixtures, "adapters", name));
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Fixtures, "adapters", name, "expected.json"))).RootElement;
        var ids = json.GetProperty("ids").Deserialize<long[]>()!;
        var expected = tensor(json.GetProperty("logits").Deserialize<float[][]>()!.SelectMany(row => row).ToArray()).view(ids.Length, -1);
        Assert.False(Logits(decoder, ids).allclose(expected, 0, 1e-2)); // or the adapter would change nothing
        adapter.MergeInto(decoder);
        Assert.True(Logits(decoder, ids).allclose(expected, 0, 1e-4), name);
    }

    [Fact] // by hand: 3 / 2 and 3 / √2
    public void The_scale_is_alpha_over_the_rank_or_over_its_root()
    {
        Assert.Equal(1.5, LowRankAdapterConfig.Load(Path.Combine(Fixtures, "adapters", "llama-lora", "adapter_config.json")).Scale, 1e-12);
        Assert.Equal(2.1213203, LowRankAdapterConfig.Load(Path.Combine(Fixtures, "adapters", "llama-rslora", "adapter_config.json")).Scale, 1e-6);
    }

    [Fact]
    public void An_adapter_of_another_decoder_changes_nothing()
    {
        using var decoder = Decoder.Load(Base("qwen3-"));
        var before = decoder.named_parameters().Select(each => each.parameter.bytes.ToArray()).ToList();
        using var adapter = LowRankAdapter.Load(Path.Combine(Fixtures, "adapters", "llama-lora"));
        var error = Assert.Throws<InputException>(() => adapter.MergeInto(decoder));
        Assert.Contains("the change is", error.Message, StringComparison.Ordinal);
        Assert.All(decoder.parameters().Zip(before), pair => Assert.Equal(pair.Second, pair.First.bytes.ToArray()));
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"", "'IA3' are not supported")]
    [InlineData("bias", "\"all\"", "'all'")]
    [InlineData("init_lora_weights", "\"pissa\"", "'pissa'")]
    [InlineData("rank_pattern", "{\"q_proj\":4}", "'rank_pattern'")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "'modules_to_save'")]
    [InlineData("layer_replication", "[[0,1]]", "'layer_replication'")]
    [InlineData("r", "3", "the shape is")]
    [InlineData("r", "0", "a whole number")]
    [InlineData("lora_alpha", "-1", "greater than 0")]
    [InlineData("use_dora", "true", "lora_magnitude_vector' is missing")]
    public void What_is_not_supported_is_refused_by_name(string key, string value, string complaint)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(Path.Combine(Fixtures, "adapters", "llama-lora")))
            File.Copy(file, folder[Path.GetFileName(file)]);
        var json = JsonNode.Parse(File.ReadAllText(folder["adapter_config.json"]))!;
        json[key] = JsonNode.Parse(value);
        File.WriteAllText(folder["adapter_config.json"], json.ToJsonString());
        var error = Assert.Throws<InputException>(() => LowRankAdapter.Load(folder.Path));
        Assert.StartsWith(folder.Path, error.Place, StringComparison.Ordinal);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    private static string Base(string adapter) => Path.Combine(Fixtures, "logits", adapter[..adapter.LastIndexOf('-')]);

    private static Tensor Logits(Decoder decoder, long[] ids) =>
        decoder.Logits(decoder.Hidden(tensor(ids).unsqueeze(0), TensorArithmetic.CountUpTo(ids.Length).unsqueeze(0)))[0]; // [time, vocabulary]
}
