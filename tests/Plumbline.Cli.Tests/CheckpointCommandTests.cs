using System.Text.Json;
using Plumbline.Alignment;
using Plumbline.Models;
using TorchSharp;

namespace Plumbline.Cli.Tests;

public sealed class CheckpointCommandTests
{
    private static readonly string Model = BundledModel.Find();

    [Fact]
    public async Task Logits_are_a_row_of_the_vocabulary_for_every_token_read()
    {
        var ran = await CommandLine.RunAsync("logits", Model, "--ids", "1,5,9", "--json");
        Assert.Equal(0, ran.Code);
        using var document = JsonDocument.Parse(ran.Output);
        Assert.Equal([1, 5, 9], document.RootElement.GetProperty("ids").Deserialize<int[]>()!);
        var rows = document.RootElement.GetProperty("logits").Deserialize<float[][]>()!;
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(DecoderConfigFile.Load(Path.Combine(Model, "config.json")).VocabularySize, row.Length));

        // What a token is worth does not depend on what comes after it.
        using var shorter = JsonDocument.Parse((await CommandLine.RunAsync("logits", Model, "--ids", "1", "--json")).Output);
        Assert.All(rows[0].Zip(shorter.RootElement.GetProperty("logits")[0].Deserialize<float[]>()!), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public async Task Logits_with_an_adapter_are_those_of_the_library_with_it()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        using var decoder = Decoder.Load(Model);
        using var prompt = SoftPrompt.Create(decoder, 3, seed: 1);
        prompt.Save(folder.Path);
        decoder.Attach(prompt);
        var expected = decoder.Logits(decoder.Hidden(torch.tensor((long[])[1, 5]).unsqueeze(0), TensorArithmetic.CountUpTo(2).unsqueeze(0)))[0, 1].data<float>().ToArray();
        using var document = JsonDocument.Parse((await CommandLine.RunAsync("logits", Model, "--adapter", folder.Path, "--ids", "1,5", "--json")).Output);
        Assert.All(expected.Zip(document.RootElement.GetProperty("logits")[1].Deserialize<float[]>()!), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        using var plain = JsonDocument.Parse((await CommandLine.RunAsync("logits", Model, "--ids", "1,5", "--json")).Output);
        Assert.NotEqual(expected[0], plain.RootElement.GetProperty("logits")[1][0].GetSingle(), 1e-3);
    }

    [Theory]
    [InlineData("1,x", "'1 x'")]
    [InlineData("-3", "expected whole numbers from 0")]
    [InlineData("99999", "99999 is no token of this model")]
    public async Task Ids_that_are_none_are_refused(string ids, string complaint)
    {
        var ran = await CommandLine.RunAsync("logits", Model, $"--ids={ids}");
        Assert.Equal(2, ran.Code);
        Assert.Contains(complaint, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_says_what_the_bundled_model_is()
    {
        var ran = await CommandLine.RunAsync("inspect", Model);
        Assert.Equal(0, ran.Code);
        Assert.Contains("llama", ran.Output, StringComparison.Ordinal);
        Assert.Contains("model.safetensors", ran.Output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse((await CommandLine.RunAsync("inspect", Model, "--json")).Output);
        using var model = LanguageModel.Load(Model);
        Assert.Equal(model.Decoder.Config.Parameters, document.RootElement.GetProperty("parameters").GetInt64());
        Assert.True(document.RootElement.GetProperty("chat").GetBoolean());
        var memory = document.RootElement.GetProperty("memory");
        Assert.True(memory.GetProperty("training").GetInt64() > 4 * memory.GetProperty("weights").GetInt64());
    }

    [Fact]
    public async Task Inspect_refuses_what_is_no_checkpoint()
    {
        var ran = await CommandLine.RunAsync("inspect", "no-such-folder");
        Assert.Equal(2, ran.Code);
        Assert.Contains("there is no such folder", ran.Error, StringComparison.Ordinal);
    }
}
