using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Adapters;

/// <summary>Control tokens held against logits of an implementation that shares nothing with this one: Fixtures/adapters/train.py.</summary>
public sealed class ControlTokensTests
{
    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures"), Folder = Path.Combine(Fixtures, "adapters", "llama-control");

    [Fact]
    public void Logits_of_texts_with_control_tokens_are_those_of_the_independent_implementation()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", "llama"));
        using var control = Assert.IsType<ControlTokens>(Adapter.Load(Folder));
        Assert.Equal((24, 25), (control["<|good|>"], control["<|bad|>"]));
        decoder.Attach(control);
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "expected.json"))).RootElement;
        var ids = json.GetProperty("ids").Deserialize<long[]>()!;
        var expected = tensor(json.GetProperty("logits").Deserialize<float[][]>()!.SelectMany(row => row).ToArray()).view(ids.Length, -1);
        Assert.Contains(25, ids);
        Assert.True(Logits(decoder, ids).allclose(expected, 0, 1e-4));
        using (decoder.WithoutAdapter())
            Assert.True(Logits(decoder, ids).allclose(expected, 0, 1e-4)); // texts are written in them
    }

    [Fact]
    public void Only_the_tokens_that_are_read_get_a_gradient()
    {
        using var scope = NewDisposeScope();
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", "llama"));
        using var control = ControlTokens.Load(Folder);
        decoder.Attach(control);
        Logits(decoder, [24, 3, 5]).softmax(-1).narrow(1, 0, 3).sum().backward();
        var gradient = control.Parameters[0].Value.grad!;
        Assert.True(gradient[0].abs().max().item<float>() > 1e-5);
        Assert.Equal(0, gradient[1].abs().max().item<float>());
    }

    [Fact]
    public void New_ones_are_drawn_like_the_vocabulary_and_the_generator_reads_them()
    {
        using var model = TinyModel.Make();
        using var control = ControlTokens.Create(model.Decoder, ["<|good|>", "<|bad|>"], seed: 1);
        Assert.Equal(model.Decoder.Config.VocabularySize + 1, control["<|bad|>"]);
        Assert.InRange(control.Parameters[0].Value.std().item<float>(), 0.01, 0.03); // embeddings begin with deviation 0.02
        Assert.Contains("<|good|>, <|bad|>", Assert.Throws<InputException>(() => control["<|ugly|>"]).Message, StringComparison.Ordinal);
        model.Decoder.Attach(control);
        using (no_grad())
            control.Parameters[0].Value.TimesInPlace(100); // loud enough to be heard
        var written = new BatchGenerator(model).Generate([[control["<|good|>"], 20], [control["<|bad|>"], 20], [control["<|good|>"], 20]], new() { MaxNewTokens = 4 }, TestContext.Current.CancellationToken);
        Assert.Equal(written[0].LogProbabilities[0], written[2].LogProbabilities[0], 1e-5);
        Assert.NotEqual(written[0].LogProbabilities[0], written[1].LogProbabilities[0], 1e-5);
        Assert.All(written.SelectMany(each => each.Tokens), token => Assert.True(token < model.Tokenizer.VocabularySize));
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gpt2")]
    public void Saved_and_read_again_nothing_has_changed(string name)
    {
        using var folder = new TemporaryFolder();
        using var decoder = Decoder.Load(Path.Combine(Fixtures, "logits", name));
        using var control = ControlTokens.Create(decoder, ["a", "b", "c"], seed: 1);
        control.Save(folder.Path);
        using var again = Assert.IsType<ControlTokens>(Adapter.Load(folder.Path));
        Assert.Equal(control.Names, again.Names);
        Assert.Equal(control.Description, again.Description);
        Assert.Equal(name == "gpt2" ? "base_model.model.transformer.wte.trainable_tokens_delta" : "base_model.model.model.embed_tokens.trainable_tokens_delta", again.Parameters.Single().Name);
        Assert.Equal(control.Parameters[0].Value.bytes.ToArray(), again.Parameters[0].Value.bytes.ToArray());
        decoder.Attach(again);
    }

    [Theory]
    [InlineData("adapter_config.json", "token_indices", "[24, 26]", "do not follow")]
    [InlineData("adapter_config.json", "token_indices", "[24, 25, 26]", "names are not those")]
    [InlineData("adapter_config.json", "token_indices", "[]", "do not follow")]
    [InlineData("adapter_config.json", "target_modules", "[\"model.embed_tokens\", \"lm_head\"]", "several modules")]
    [InlineData("adapter_config.json", "target_modules", "[\"lm_head\"]", "lm_head.trainable_tokens_delta' is missing")]
    [InlineData("adapter_config.json", "peft_type", "\"LOHA\"", "'LOHA' are not supported")]
    [InlineData("adapter_config.json", "something_new", "3", "'something_new'")]
    [InlineData("added_tokens.json", "<|bad|>", "24", "id of another one")]
    public void What_is_not_supported_is_refused_by_name(string file, string key, string value, string complaint)
    {
        using var folder = new TemporaryFolder();
        foreach (var each in Directory.GetFiles(Folder))
            File.Copy(each, folder[Path.GetFileName(each)]);
        var json = JsonNode.Parse(File.ReadAllText(folder[file]))!;
        json[key] = JsonNode.Parse(value);
        File.WriteAllText(folder[file], json.ToJsonString());
        Assert.Contains(complaint, Assert.Throws<InputException>(() => Adapter.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_of_another_vocabulary_are_refused()
    {
        using var model = TinyModel.Make();
        using var control = ControlTokens.Load(Folder);
        Assert.Contains("24 to 25", Assert.Throws<InputException>(() => model.Decoder.Attach(control)).Message, StringComparison.Ordinal);
    }

    private static Tensor Logits(Decoder decoder, long[] ids) =>
        decoder.Logits(decoder.Hidden(tensor(ids).unsqueeze(0), TensorArithmetic.CountUpTo(ids.Length).unsqueeze(0)))[0]; // [time, vocabulary]
}
