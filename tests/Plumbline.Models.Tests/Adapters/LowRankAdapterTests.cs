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
        using var adapter = LowRankAdapter.Load(Folder(name));
        var (ids, expected) = Expected(name);
        Assert.False(Logits(decoder, ids).allclose(expected, 0, 1e-2)); // or the adapter would change nothing
        adapter.MergeInto(decoder);
        Assert.True(Logits(decoder, ids).allclose(expected, 0, 1e-4), name);
    }

    [Theory]
    [InlineData("llama-lora")]
    [InlineData("llama-rslora")]
    [InlineData("llama-dora")]
    [InlineData("phi3-short-lora")]
    [InlineData("gpt2-dora")]
    public void Attached_it_says_the_same_as_merged_and_switched_off_what_the_decoder_says_alone(string name)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var decoder = Decoder.Load(Base(name));
        decoder.Fused = false;
        var (ids, expected) = Expected(name);
        var alone = Logits(decoder, ids);
        using var adapter = LowRankAdapter.Load(Folder(name));
        decoder.Attach(adapter);
        Assert.True(Logits(decoder, ids).allclose(expected, 0, 1e-4), name);
        using (decoder.WithoutAdapter())
            Assert.True(Logits(decoder, ids).bytes.SequenceEqual(alone.bytes));
        Assert.True(Logits(decoder, ids).allclose(expected, 0, 1e-4), name);
        decoder.Detach();
        Assert.True(Logits(decoder, ids).bytes.SequenceEqual(alone.bytes));
    }

    [Theory]
    [InlineData("llama-lora")]
    [InlineData("llama-rslora")]
    [InlineData("llama-dora")]
    [InlineData("phi3-short-lora")]
    [InlineData("gpt2-dora")]
    public void Its_gradients_are_those_of_the_independent_implementation(string name)
    {
        using var scope = NewDisposeScope();
        using var decoder = Decoder.Load(Base(name));
        using var adapter = LowRankAdapter.Load(Folder(name));
        var (ids, _) = Expected(name);
        foreach (var parameter in decoder.parameters())
            parameter.requires_grad_(false);
        decoder.Attach(adapter);
        nn.functional.cross_entropy(Logits(decoder, ids).narrow(0, 0, ids.Length - 1), tensor(ids[1..])).backward();
        var expected = SafeTensors.Load(Path.Combine(Folder(name), "gradients.safetensors"));
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), adapter.Parameters.Select(each => each.Name));
        foreach (var (at, parameter) in adapter.Parameters)
            Assert.True(parameter.grad!.allclose(expected[at], 1e-3, 1e-5), $"{name} {at}: off by {(parameter.grad! - expected[at]).abs().max().item<float>()}");
    }

    [Theory]
    [InlineData("llama-lora")]
    [InlineData("gpt2-dora")]
    public void Unmerged_the_weights_are_back_bit_for_bit(string name)
    {
        using var decoder = Decoder.Load(Base(name));
        var before = Bytes(decoder);
        using var adapter = LowRankAdapter.Load(Folder(name));
        adapter.MergeInto(decoder, reversible: true);
        Assert.NotEqual(before, Bytes(decoder));
        Assert.Throws<InvalidOperationException>(() => adapter.MergeInto(decoder));
        adapter.UnmergeFrom(decoder);
        Assert.Equal(before, Bytes(decoder));
        adapter.MergeInto(decoder);
        Assert.Throws<InvalidOperationException>(() => adapter.UnmergeFrom(decoder));
    }

    [Theory]
    [InlineData("llama-lora")]
    [InlineData("llama-dora")]
    [InlineData("phi3-short-lora")]
    [InlineData("gpt2-dora")]
    public void Saved_and_read_again_nothing_has_changed(string name)
    {
        using var folder = new TemporaryFolder();
        using var adapter = LowRankAdapter.Load(Folder(name));
        adapter.Save(folder.Path);
        var (before, after) = (SafeTensors.Load(Path.Combine(Folder(name), "adapter_model.safetensors")), SafeTensors.Load(folder["adapter_model.safetensors"]));
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.All(before, each => Assert.True(each.Value.shape.SequenceEqual(after[each.Key].shape) && each.Value.bytes.SequenceEqual(after[each.Key].bytes), each.Key));
        using var again = Assert.IsType<LowRankAdapter>(Adapter.Load(folder.Path));
        Assert.Equal(adapter.Config, again.Config);
        var (theirs, ours) = (Json(Path.Combine(Folder(name), "adapter_config.json")), Json(folder["adapter_config.json"]));
        foreach (var key in (string[])["peft_type", "base_model_name_or_path", "r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "target_modules", "fan_in_fan_out", "bias"])
            Assert.True(JsonNode.DeepEquals(theirs[key], ours[key]), key);
    }

    [Fact]
    public void A_new_one_changes_nothing_and_has_the_names_that_peft_gives()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", "llama"));
        decoder.Fused = false;
        var alone = Logits(decoder, [1, 2, 3]);
        using var adapter = LowRankAdapter.Create(new(2, 4, WeightDecomposed: true) { TargetModules = ["q_proj", "up_proj"] }, decoder, 1);
        decoder.Attach(adapter);
        Assert.True(Logits(decoder, [1, 2, 3]).allclose(alone, 1e-5, 1e-5));
        string[] modules = ["0.mlp.up_proj", "0.self_attn.q_proj", "1.mlp.up_proj", "1.self_attn.q_proj"];
        Assert.Equal(modules.SelectMany(module => ((string[])["lora_A.weight", "lora_B.weight", "lora_magnitude_vector"]).Select(part => $"base_model.model.model.layers.{module}.{part}")), adapter.Parameters.Select(each => each.Name));
        var shapes = adapter.Parameters.Take(3).Select(each => each.Value.shape).ToArray();
        Assert.Equal([2, 16], shapes[0]);
        Assert.Equal([20, 2], shapes[1]);
        Assert.Equal([20], shapes[2]);
        var a = adapter.Parameters[0].Value;
        Assert.InRange(a.abs().max().item<float>(), 0.15, 0.25); // uniform within 1/√16
    }

    [Fact]
    public void All_linear_stands_for_every_matrix_of_the_layers_and_the_seed_chooses_a()
    {
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", "gpt2"));
        using var adapter = LowRankAdapter.Create(new(1, 1), decoder, 1);
        Assert.Equal(["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"], adapter.Modules.Where(name => name.StartsWith("transformer.h.0.", StringComparison.Ordinal)).Select(name => name["transformer.h.0.".Length..]));
        Assert.Equal(8, adapter.Modules.Count);
        using var same = LowRankAdapter.Create(new(1, 1), decoder, 1);
        using var other = LowRankAdapter.Create(new(1, 1), decoder, 2);
        Assert.Equal(adapter.Parameters[0].Value.bytes.ToArray(), same.Parameters[0].Value.bytes.ToArray());
        Assert.NotEqual(adapter.Parameters[0].Value.bytes.ToArray(), other.Parameters[0].Value.bytes.ToArray());
        Assert.Contains("'k_proj'", Assert.Throws<InputException>(() => LowRankAdapter.Create(new(1, 1) { TargetModules = ["k_proj"] }, decoder, 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dropout_depends_on_seed_step_and_pass_and_is_off_outside_of_training(bool decomposed)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", "llama"));
        using var plain = LowRankAdapter.Load(Folder(decomposed ? "llama-dora" : "llama-lora"));
        using var folder = new TemporaryFolder();
        plain.Save(folder.Path);
        File.WriteAllText(folder["adapter_config.json"], File.ReadAllText(folder["adapter_config.json"]).Replace("\"lora_dropout\": 0.05", "\"lora_dropout\": 0.5", StringComparison.Ordinal));
        using var adapter = LowRankAdapter.Load(folder.Path, seed: 7);
        using var otherSeed = LowRankAdapter.Load(folder.Path, seed: 8);
        Assert.Equal(0.5, adapter.Config.Dropout);
        var without = Said(plain, null);
        Assert.Equal(without, Said(adapter, null));
        var first = Said(adapter, (3, 0));
        Assert.NotEqual(without, first);
        Assert.Equal(first, Said(adapter, (3, 0)));
        Assert.NotEqual(first, Said(adapter, (4, 0)));
        Assert.NotEqual(first, Said(adapter, (3, 1)));
        Assert.NotEqual(first, Said(otherSeed, (3, 0)));
        Assert.Equal(without, Said(adapter, null));

        byte[] Said(LowRankAdapter adapter, (long Step, int Pass)? training)
        {
            decoder.Attach(adapter);
            using var pass = training is { } at ? adapter.Training(at.Step, at.Pass) : null;
            return Logits(decoder, [1, 2, 3]).bytes.ToArray();
        }
    }

    [Fact] // W = [1 2], x = (3, 5), A = [2 0], B = [[1]], alpha 4, rank 1: W·x = 13, s·B·A·x = 24; half of the inputs left out, the kept doubled: 13 + 0, or 13 + 48
    public void Dropout_leaves_out_inputs_of_a_and_doubles_those_that_stay()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        ulong? stream = null;
        var change = new LowRankChange("m", new(1, 4) { Dropout = 0.5 }, new(tensor(new float[,] { { 2, 0 } })), new(tensor(new float[,] { { 1 } })), null, 0, 1, () => stream);
        var (input, weight) = (tensor(new float[,] { { 3, 5 } }), tensor(new float[,] { { 1, 2 } }));
        Assert.Equal(37, change.Project(input, weight, null).item<float>());
        var kept = 0;
        for (stream = 0; stream < 200; stream++)
        {
            var output = change.Project(input, weight, null).item<float>();
            Assert.True(output is 13 or 61, $"{output}");
            kept += output == 61 ? 1 : 0;
        }
        Assert.InRange(kept, 75, 125); // 100 ± 3.5 deviations
    }

    [Fact] // W = [3 4], B·A = [1 0], s = 2: moved = [5 4], ‖·‖ = √41; m = 2: x = (1, 1) gives 2 · 9/√41 + 1 = 3.8111345
    public void Dora_gives_rows_the_length_that_was_learnt_before_the_bias()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var change = new LowRankChange("m", new(1, 2, WeightDecomposed: true), new(tensor(new float[,] { { 1, 0 } })), new(tensor(new float[,] { { 1 } })), new(tensor(new float[] { 2 })), 0, 1, () => null);
        var weight = tensor(new float[,] { { 3, 4 } });
        Assert.Equal(3.8111345, change.Project(ones([1, 2]), weight, ones([1])).item<float>(), 1e-5);
        Assert.Equal(2 * 5 / Math.Sqrt(41), change.Merge(weight)[0, 0].item<float>(), 1e-5);
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
    [InlineData("lora_dropout", "1", "below 1")]
    [InlineData("target_modules", "7", "an array")]
    [InlineData("lora_bias", "true", "'lora_bias'")]
    [InlineData("corda_config", "{\"x\":1}", "'corda_config'")]
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

    [Theory]
    [InlineData("nan", "not a finite number")]
    [InlineData("infinite", "not a finite number")]
    [InlineData("whole", "not a finite number")]
    [InlineData("shape", "the shape is")]
    [InlineData("scalar", "the shape is")]
    [InlineData("missing", "lora_B.weight' is missing")]
    [InlineData("embedding", "no part of such an adapter")]
    [InlineData("empty", "changes nothing")]
    public void Damaged_weights_are_refused(string damage, string complaint)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Folder("llama-lora"), "adapter_config.json"), folder["adapter_config.json"]);
        var weights = SafeTensors.Load(Path.Combine(Folder("llama-lora"), "adapter_model.safetensors")).ToDictionary();
        var name = weights.Keys.First(key => key.EndsWith("lora_B.weight", StringComparison.Ordinal));
        if (damage is "missing")
            weights.Remove(name);
        else if (damage is "empty")
            weights.Clear();
        else if (damage is "embedding")
            weights["base_model.model.model.embed_tokens.lora_embedding_A"] = zeros(2, 24);
        else
        {
            weights[name] = damage switch
            {
                "nan" => weights[name].Times(double.NaN),
                "infinite" => weights[name].Over(0),
                "whole" => weights[name].to(ScalarType.Int64),
                "scalar" => tensor(1f),
                _ => weights[name].flatten(),
            };
        }
        SafeTensors.Save(folder["adapter_model.safetensors"], weights.Select(each => (each.Key, each.Value)));
        var error = Assert.Throws<InputException>(() => Adapter.Load(folder.Path));
        Assert.StartsWith(folder["adapter_model.safetensors"], error.Place, StringComparison.Ordinal);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.norm")]
    [InlineData("model.embed_tokens")]
    [InlineData("model.layers.7.mlp.up_proj")]
    public void A_module_that_is_no_matrix_of_the_decoder_is_refused(string module)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Folder("llama-lora"), "adapter_config.json"), folder["adapter_config.json"]);
        SafeTensors.Save(folder["adapter_model.safetensors"], [($"base_model.model.{module}.lora_A.weight", zeros(2, 16)), ($"base_model.model.{module}.lora_B.weight", zeros(16, 2))]);
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", "llama"));
        using var adapter = LowRankAdapter.Load(folder.Path);
        Assert.Contains("no such matrix", Assert.Throws<InputException>(() => decoder.Attach(adapter)).Message, StringComparison.Ordinal);
        Assert.Contains("no such matrix", Assert.Throws<InputException>(() => adapter.MergeInto(decoder)).Message, StringComparison.Ordinal);
        Assert.Null(decoder.Adapter);
    }

    private static JsonObject Json(string file) => JsonNode.Parse(File.ReadAllText(file))!.AsObject();

    private static byte[] Bytes(Decoder decoder) => [.. decoder.parameters().SelectMany(parameter => parameter.bytes.ToArray())];

    private static string Folder(string adapter) => Path.Combine(Fixtures, "adapters", adapter);

    private static (long[] Ids, Tensor Logits) Expected(string name)
    {
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(name), "expected.json"))).RootElement;
        var ids = json.GetProperty("ids").Deserialize<long[]>()!;
        return (ids, tensor(json.GetProperty("logits").Deserialize<float[][]>()!.SelectMany(row => row).ToArray()).view(ids.Length, -1));
    }

    private static string Base(string adapter) => Path.Combine(Fixtures, "logits", adapter[..adapter.LastIndexOf('-')]);

    private static Tensor Logits(Decoder decoder, long[] ids) =>
        decoder.Logits(decoder.Hidden(tensor(ids).unsqueeze(0), TensorArithmetic.CountUpTo(ids.Length).unsqueeze(0)))[0]; // [time, vocabulary]
}
