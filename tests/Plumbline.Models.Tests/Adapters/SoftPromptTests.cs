using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Adapters;

/// <summary>Soft prompts held against logits of an implementation that shares nothing with this one: Fixtures/adapters/train.py.</summary>
public sealed class SoftPromptTests
{
    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    public static TheoryData<string> All => ["llama", "qwen2", "gpt2", "gemma2", "gemma3"]; // qwen2 and gemma slide

    [Theory]
    [MemberData(nameof(All))]
    public void Logits_behind_virtual_tokens_are_those_of_the_independent_implementation(string name)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", name));
        using var prompt = Adapter.Load(Folder(name));
        var (ids, expected) = Expected(name);
        var alone = Logits(decoder, ids);
        decoder.Attach(prompt);
        foreach (var fused in (bool[])[true, false])
        {
            decoder.Fused = fused;
            Assert.True(Logits(decoder, ids).allclose(expected, 0, 1e-4), $"{name}, fused {fused}");
        }
        using (decoder.WithoutAdapter())
            Assert.True(Logits(decoder, ids).allclose(alone, 1e-4, 1e-4));
        Assert.False(alone.allclose(expected, 0, 1e-2)); // or the prompt would say nothing
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Reading_in_pieces_with_a_cache_gives_the_same_logits(string name)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", name));
        using var prompt = SoftPrompt.Load(Folder(name));
        decoder.Attach(prompt);
        var (ids, expected) = Expected(name);
        using var cache = new KeyValueCache(decoder.Config, 1, ids.Length);
        var parts = ids.Index().Chunk(5).Select(part => decoder.Hidden(
            tensor(part.Select(each => each.Item).ToArray()).unsqueeze(0), tensor(part.Select(each => (long)each.Index).ToArray()).unsqueeze(0), null, cache)).ToArray();
        Assert.True(decoder.Logits(cat(parts, 1))[0].allclose(expected, 0, 1e-4), name);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Texts_that_share_a_row_each_begin_after_the_virtual_tokens(string name)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", name));
        using var prompt = SoftPrompt.Load(Folder(name));
        decoder.Attach(prompt);
        var (ids, expected) = Expected(name);
        long[] row = [.. ids[..4], .. ids[..8]];
        var document = tensor((long[])[.. Enumerable.Repeat(0L, 4), .. Enumerable.Repeat(1L, 8)]);
        var mask = document.unsqueeze(0).eq(document.unsqueeze(1)) & ones([12, 12], ScalarType.Bool).tril();
        var positions = tensor((long[])[.. Enumerable.Range(0, 4).Select(at => (long)at), .. Enumerable.Range(0, 8).Select(at => (long)at)]);
        var logits = decoder.Logits(decoder.Hidden(tensor(row).unsqueeze(0), positions.unsqueeze(0), mask.unsqueeze(0).unsqueeze(0)))[0];
        Assert.True(logits.allclose(cat([expected.narrow(0, 0, 4), expected.narrow(0, 0, 8)]), 0, 1e-4), name);
    }

    [Fact]
    public void The_generator_writes_behind_it_as_reading_all_at_once_says()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = TinyModel.Make();
        int[][] prompts = [model.Tokenizer.Encode("the cat"), model.Tokenizer.Encode("because the mat was warm")];
        var alone = new BatchGenerator(model).Generate(prompts, new() { MaxNewTokens = 8 }, TestContext.Current.CancellationToken);
        using var prompt = SoftPrompt.Create(model.Decoder, 6, seed: 3);
        model.Decoder.Attach(prompt);
        var written = new BatchGenerator(model).Generate(prompts, new() { MaxNewTokens = 8 }, TestContext.Current.CancellationToken);
        Assert.NotEqual(alone.SelectMany(each => each.Tokens), written.SelectMany(each => each.Tokens));
        foreach (var (start, completion) in prompts.Zip(written))
        {
            var text = start.ToList();
            foreach (var token in completion.Tokens)
            {
                var logits = Logits(model.Decoder, [.. text.Select(id => (long)id)])[text.Count - 1].narrow(0, 0, model.Tokenizer.VocabularySize);
                Assert.Equal(logits.max().item<float>(), logits[token].item<float>(), 1e-4);
                text.Add(token);
            }
        }
    }

    [Fact]
    public void It_takes_its_room_of_the_context()
    {
        using var model = TinyModel.Make(); // 256 positions
        using var prompt = SoftPrompt.Create(model.Decoder, 250, seed: 1);
        model.Decoder.Attach(prompt);
        Assert.Throws<InputException>(() => new BatchGenerator(model).Generate([[1, 2, 3, 4, 5, 6]], new(), TestContext.Current.CancellationToken));
        Assert.True(new BatchGenerator(model).Generate([[1, 2, 3, 4]], new(), TestContext.Current.CancellationToken)[0].Tokens.Length <= 2);
        Assert.Contains("no room", Assert.Throws<InputException>(() => SoftPrompt.Create(model.Decoder, 256, seed: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_of_virtual_tokens_agree_with_finite_differences()
    {
        using var scope = NewDisposeScope();
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", "qwen2"));
        using var prompt = SoftPrompt.Load(Folder("qwen2"));
        decoder.Attach(prompt);
        var (ids, _) = Expected("qwen2");
        Loss().backward();
        var embeddings = prompt.Parameters[0].Value;
        for (var at = 0; at < 48; at += 7)
        {
            const float Step = 3e-3f;
            var slope = (Moved(at, Step) - Moved(at, -Step)) / (2 * Step);
            Assert.Equal(slope, embeddings.grad!.view(-1)[at].item<float>(), 2e-3);
        }

        float Moved(int at, float by)
        {
            using var off = no_grad();
            embeddings.view(-1)[at].PlusInPlace(by);
            var loss = Loss().item<float>();
            embeddings.view(-1)[at].PlusInPlace(-by);
            return loss;
        }

        Tensor Loss() => nn.functional.cross_entropy(Logits(decoder, ids).narrow(0, 0, ids.Length - 1), tensor(ids[1..]));
    }

    [Fact]
    public void Saved_and_read_again_nothing_has_changed()
    {
        using var folder = new TemporaryFolder();
        using var prompt = SoftPrompt.Load(Folder("llama"));
        prompt.Save(folder.Path);
        var (before, after) = (SafeTensors.Load(Path.Combine(Folder("llama"), "adapter_model.safetensors")), SafeTensors.Load(folder["adapter_model.safetensors"]));
        Assert.Equal(["prompt_embeddings"], after.Keys);
        Assert.Equal(before["prompt_embeddings"].bytes.ToArray(), after["prompt_embeddings"].bytes.ToArray());
        using var again = Assert.IsType<SoftPrompt>(Adapter.Load(folder.Path));
        Assert.Equal("llama", again.BaseModel);
        Assert.Equal(3, again.VirtualTokens);
    }

    [Theory]
    [InlineData("peft_type", "\"PREFIX_TUNING\"", "'PREFIX_TUNING' are not supported")]
    [InlineData("num_virtual_tokens", "4", "the shape is")]
    [InlineData("num_virtual_tokens", "0", "a whole number")]
    [InlineData("token_dim", "8", "the shape is")]
    [InlineData("num_transformer_submodules", "2", "2 parts")]
    [InlineData("encoder_reparameterization_type", "\"MLP\"", "'encoder_reparameterization_type'")]
    public void What_is_not_supported_is_refused_by_name(string key, string value, string complaint)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(Folder("llama")))
            File.Copy(file, folder[Path.GetFileName(file)]);
        var json = JsonNode.Parse(File.ReadAllText(folder["adapter_config.json"]))!;
        json[key] = JsonNode.Parse(value);
        File.WriteAllText(folder["adapter_config.json"], json.ToJsonString());
        var error = Assert.Throws<InputException>(() => Adapter.Load(folder.Path));
        Assert.StartsWith(folder.Path, error.Place, StringComparison.Ordinal);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_of_another_width_is_refused_and_nothing_is_attached()
    {
        using var model = LanguageModel.Create(new() { VocabularySize = 1, Width = 32, FeedForwardWidth = 24, Layers = 1, Heads = 4, KeyValueHeads = 2, MaximumPositions = 64 }, TinyModel.Tokenizer, 1);
        using var prompt = SoftPrompt.Load(Folder("llama"));
        Assert.Contains("16 wide", Assert.Throws<InputException>(() => model.Decoder.Attach(prompt)).Message, StringComparison.Ordinal);
        Assert.Null(model.Decoder.Adapter);
    }

    private static string Folder(string name) => Path.Combine(Fixtures, "adapters", $"{name}-prompt");

    private static (long[] Ids, Tensor Logits) Expected(string name)
    {
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(name), "expected.json"))).RootElement;
        var ids = json.GetProperty("ids").Deserialize<long[]>()!;
        return (ids, tensor(json.GetProperty("logits").Deserialize<float[][]>()!.SelectMany(row => row).ToArray()).view(ids.Length, -1));
    }

    private static Tensor Logits(Decoder decoder, long[] ids) =>
        decoder.Logits(decoder.Hidden(tensor(ids).unsqueeze(0), TensorArithmetic.CountUpTo(ids.Length).unsqueeze(0)))[0]; // [time, vocabulary]
}
