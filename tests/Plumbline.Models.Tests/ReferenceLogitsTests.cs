using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests;

/// <summary>Checkpoints of every architecture, held against logits of an implementation that shares nothing with this one: Fixtures/logits/make.py.</summary>
public sealed class ReferenceLogitsTests
{
    public static TheoryData<string> All { get; } = [.. Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "Fixtures", "logits")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_is_a_checkpoint_of_every_architecture() =>
        Assert.Equal(Enum.GetValues<DecoderArchitecture>(), All.Select(name => DecoderConfigFile.Load(Path.Combine(Folder(name), DecoderConfigFile.Name)).Architecture).Distinct().Order());

    [Theory]
    [MemberData(nameof(All))]
    public void Logits_are_those_of_the_independent_implementation(string name)
    {
        using var scope = NewDisposeScope();
        using var decoder = Decoder.Load(Folder(name));
        var (ids, expected) = Expected(name);
        foreach (var fused in (bool[])[true, false])
        {
            decoder.Fused = fused;
            var actual = Logits(decoder, ids);
            Assert.Equal(expected.shape, actual.shape);
            var off = (actual - expected).abs().max().item<float>();
            Assert.True(off < 1e-4, $"{name}, fused {fused}: off by {off}");
        }
        Assert.True(expected.std().item<float>() > 0.1); // a model that says the same everywhere would prove nothing
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Fused_and_separate_matrices_give_the_same_logits_and_the_same_gradients(string name)
    {
        using var scope = NewDisposeScope();
        using var decoder = Decoder.Load(Folder(name));
        var (ids, _) = Expected(name);
        var fused = Computed(true);
        foreach (var (one, other) in fused.Zip(Computed(false)))
            Assert.True(one.allclose(other, 1e-4, 1e-5), $"{name}: {(one - other).abs().max().item<float>()}");

        List<Tensor> Computed(bool fused)
        {
            decoder.Fused = fused;
            decoder.zero_grad();
            var logits = Logits(decoder, ids);
            logits.softmax(-1).narrow(1, 0, 3).sum().backward();
            return [logits, .. decoder.parameters().Select(parameter => parameter.grad!.clone())];
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Reading_in_pieces_with_a_cache_gives_the_same_logits(string name)
    {
        if (name is "llama-dynamic" or "phi3-long")
            return; // there, by definition, the length of what is read changes how earlier tokens are turned
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var decoder = Decoder.Load(Folder(name));
        var (ids, expected) = Expected(name);
        foreach (var (piece, fused) in ((int, bool)[])[(1, true), (5, true), (5, false)])
        {
            decoder.Fused = fused;
            using var cache = new KeyValueCache(decoder.Config, 1, ids.Length);
            var parts = ids.Index().Chunk(piece).Select(part => decoder.Hidden(
                tensor(part.Select(each => each.Item).ToArray()).unsqueeze(0), tensor(part.Select(each => (long)each.Index).ToArray()).unsqueeze(0), null, cache)).ToArray();
            Assert.True(decoder.Logits(cat(parts, 1))[0].allclose(expected, 0, 1e-4), $"{name} in pieces of {piece}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Saved_and_read_again_nothing_has_changed(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var decoder = Decoder.Load(Folder(name));
        decoder.Save(folder.Path);
        Assert.Equal(decoder.Config, DecoderConfigFile.Load(folder["config.json"]));
        using var again = Decoder.Load(folder.Path);
        foreach (var ((one, first), (other, second)) in decoder.named_parameters().Zip(again.named_parameters()))
        {
            Assert.Equal(one, other);
            Assert.True(first.bytes.SequenceEqual(second.bytes), $"{name}: {one}");
        }
        if (name is "llama-shards" or "gpt2-old")
            return; // stored in another way before
        var before = SafeTensors.Load(Path.Combine(Folder(name), "model.safetensors"));
        var after = SafeTensors.Load(folder["model.safetensors"]);
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.All(before, each => Assert.True(each.Value.shape.SequenceEqual(after[each.Key].shape) && each.Value.bytes.SequenceEqual(after[each.Key].bytes), each.Key));
    }

    [Theory]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("gpt2")]
    [InlineData("phi3")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    public void Gradients_agree_with_finite_differences(string name)
    {
        using var scope = NewDisposeScope();
        using var decoder = Decoder.Load(Folder(name));
        var (ids, _) = Expected(name);
        decoder.to(ScalarType.Float64); // differences of float32 are too coarse here
        foreach (var (at, parameter) in decoder.named_parameters())
        {
            parameter.requires_grad_(true);
            decoder.zero_grad();
            Loss().backward();
            var element = parameter.numel() / 3;
            var gradient = parameter.grad!.flatten()[element].item<double>();
            var slope = (Moved(parameter, element, 1e-3) - Moved(parameter, element, -1e-3)) / 2e-3;
            Assert.True(Math.Abs(slope - gradient) < 1e-3 * (1 + Math.Abs(gradient)), $"{name} {at}: {gradient} against {slope}");
        }

        double Moved(Tensor parameter, long element, double by)
        {
            using (no_grad())
                parameter.view(-1)[element].PlusInPlace(by);
            var loss = Loss().item<double>();
            using (no_grad())
                parameter.view(-1)[element].PlusInPlace(-by);
            return loss;
        }

        Tensor Loss() => nn.functional.cross_entropy(Logits(decoder, ids).narrow(0, 0, ids.Length - 1), tensor(ids[1..]));
    }

    [Fact]
    public void Large_checkpoints_are_written_in_several_files_and_read_back()
    {
        using var folder = new TemporaryFolder();
        using var decoder = Decoder.Load(Folder("phi3"));
        decoder.Save(folder.Path, mostBytes: 4000);
        Assert.False(File.Exists(folder["model.safetensors"]));
        Assert.True(Directory.GetFiles(folder.Path, "model-*-of-*.safetensors").Length > 2);
        using var again = Decoder.Load(folder.Path);
        Assert.All(decoder.parameters().Zip(again.parameters()), pair => Assert.True(pair.First.bytes.SequenceEqual(pair.Second.bytes)));
        decoder.Save(folder.Path);
        Assert.False(File.Exists(folder["model.safetensors.index.json"])); // or a reader could take the old files
    }

    [Theory]
    [InlineData("../outside.safetensors", "no safetensors file of this folder")]
    [InlineData("model.bin", "no safetensors file of this folder")]
    [InlineData("gone.safetensors", "does not exist")]
    [InlineData("model-00002-of-00003.safetensors", "says that it is here")]
    public void An_index_that_leads_astray_is_refused(string file, string complaint)
    {
        using var folder = new TemporaryFolder();
        foreach (var each in Directory.GetFiles(Folder("llama-shards")))
            File.Copy(each, folder[Path.GetFileName(each)]);
        var index = folder["model.safetensors.index.json"];
        File.WriteAllText(index, File.ReadAllText(index).Replace("\"model-00001-of-00003.safetensors\"", $"\"{file}\"", StringComparison.Ordinal));
        var error = Assert.Throws<InputException>(() => Decoder.Load(folder.Path));
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_summary_is_made_from_the_headers_alone(string name)
    {
        var summary = CheckpointSummary.Of(Folder(name));
        using var decoder = Decoder.Load(Folder(name));
        Assert.Equal(decoder.parameters().Sum(parameter => parameter.numel()), summary.Config.Parameters);
        Assert.Equal(4 * summary.Config.Parameters, summary.WeightBytes);
        Assert.Equal(name == "llama-shards" ? ["bfloat16"] : (string[])["float32"], summary.StoredTypes);
        Assert.Equal(name == "llama-shards" ? 3 : 1, summary.Files.Count);
    }

    [Fact]
    public void Changing_a_loaded_decoder_leaves_its_file_as_it_is_and_the_file_may_go()
    {
        using var folder = new TemporaryFolder();
        using (var made = Decoder.Load(Folder("llama")))
            made.Save(folder.Path);
        var before = File.ReadAllBytes(folder["model.safetensors"]);
        using var decoder = Decoder.Load(folder.Path);
        using (no_grad())
        {
            foreach (var parameter in decoder.parameters())
                parameter.FillWith(3);
        }
        Assert.Equal(before, File.ReadAllBytes(folder["model.safetensors"]));
        decoder.Save(folder.Path); // over the file that it came from
        File.Delete(folder["model.safetensors"]);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.All(decoder.parameters(), parameter => Assert.Equal(3, parameter.min().item<float>()));
    }

    [Fact] // by hand: 2 layers x 2 (keys, values) x 2 heads x 4 wide x 4 bytes
    public void Keys_and_values_take_their_bytes_per_token() => Assert.Equal(128, CheckpointSummary.Of(Folder("llama")).CacheBytesPerToken);

    private static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "logits", name);

    private static Tensor Logits(Decoder decoder, long[] ids) =>
        decoder.Logits(decoder.Hidden(tensor(ids).unsqueeze(0), TensorArithmetic.CountUpTo(ids.Length).unsqueeze(0)))[0]; // [time, vocabulary]

    private static (long[] Ids, Tensor Logits) Expected(string name)
    {
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(name), "expected.json"))).RootElement;
        var ids = json.GetProperty("ids").Deserialize<long[]>()!;
        var rows = json.GetProperty("logits").Deserialize<float[][]>()!;
        return (ids, tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]));
    }
}
