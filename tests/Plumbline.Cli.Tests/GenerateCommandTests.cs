using System.Text.Json;
using Plumbline.Alignment;
using Plumbline.Models;
using TorchSharp;

namespace Plumbline.Cli.Tests;

public sealed class GenerateCommandTests
{
    private const string Question = "I bought this lamp 40 days ago. Can I return it?";
    private static readonly string Model = BundledModel.Find();

    [Fact]
    public async Task Json_has_text_tokens_and_a_log_probability_for_each_of_them()
    {
        string[] arguments = ["generate", Model, "--prompt", Question, "--count", "3", "--temperature", "1", "--seed", "7", "--json"];
        var ran = await CommandLine.RunAsync(arguments);
        Assert.Equal(0, ran.Code);
        using var document = JsonDocument.Parse(ran.Output);
        Assert.Equal(3, document.RootElement.GetArrayLength());
        Assert.All(document.RootElement.EnumerateArray(), answer =>
        {
            Assert.NotEqual("", answer.GetProperty("text").GetString());
            Assert.Equal(answer.GetProperty("tokens").GetArrayLength(), answer.GetProperty("logProbabilities").GetArrayLength());
            Assert.All(answer.GetProperty("logProbabilities").EnumerateArray(), value => Assert.True(value.GetSingle() <= 0));
        });
        Assert.Equal(ran.Output, (await CommandLine.RunAsync(arguments)).Output); // same seed, same answers
        Assert.NotEqual(ran.Output, (await CommandLine.RunAsync([.. arguments[..^2], "8", "--json"])).Output);
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_says_so()
    {
        var ran = await CommandLine.RunAsync("generate", Model, "--prompt", Question, "--max-tokens", "3");
        Assert.Equal(0, ran.Code);
        Assert.Contains("cut off", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_a_schema_the_answer_is_valid_and_a_schema_that_cannot_be_kept_is_refused()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{"type":"object","properties":{"granted":{"type":"boolean"},"days":{"type":"integer","minimum":0,"maximum":60}},"required":["granted","days"],"additionalProperties":false}""", TestContext.Current.CancellationToken);
            var ran = await CommandLine.RunAsync("generate", Model, "--prompt", Question, "--temperature", "1", "--top-k", "50", "--json-schema", file, "--json");
            Assert.Equal(0, ran.Code);
            using var document = JsonDocument.Parse(ran.Output);
            using var answer = JsonDocument.Parse(document.RootElement[0].GetProperty("text").GetString()!);
            Assert.InRange(answer.RootElement.GetProperty("days").GetInt32(), 0, 60);
            Assert.Equal("end", document.RootElement[0].GetProperty("stop").GetString());
            await File.WriteAllTextAsync(file, """{"type":"array","uniqueItems":true}""", TestContext.Current.CancellationToken);
            var refused = await CommandLine.RunAsync("generate", Model, "--prompt", Question, "--json-schema", file);
            Assert.Equal(2, refused.Code);
            Assert.Contains("#/uniqueItems", refused.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task It_stops_before_each_stop_string()
    {
        var free = (await CommandLine.RunAsync("generate", Model, "--prompt", Question)).Output.Trim().Split('\n')[^1].Trim();
        var ran = await CommandLine.RunAsync("generate", Model, "--prompt", Question, "--stop", "never said", "--stop", free[4..7]);
        Assert.EndsWith(free[..free.IndexOf(free[4..7], StringComparison.Ordinal)].TrimEnd(), ran.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("cut off", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adapter_changes_what_is_said_and_its_control_tokens_are_read()
    {
        using var folder = new TemporaryFolder();
        using (var model = LanguageModel.Load(Model))
        {
            using var control = ControlTokens.Create(model.Decoder, ["<|good|>", "<|bad|>"], 1);
            using (torch.no_grad())
                control.Parameters[0].Value.TimesInPlace(100);
            control.Save(folder.Path);
        }
        string[] arguments = ["generate", Model, "--adapter", folder.Path, "--prompt", Question, "--max-tokens", "3", "--json"];
        var (none, good, bad) = (await CommandLine.RunAsync(arguments), await CommandLine.RunAsync([.. arguments, "--control", "<|good|>"]), await CommandLine.RunAsync([.. arguments, "--control", "<|bad|>"]));
        Assert.Equal([0, 0, 0], [none.Code, good.Code, bad.Code]);
        Assert.Equal(3, new[] { none.Output, good.Output, bad.Output }.Distinct().Count());
        Assert.Contains("'<|ugly|>'", (await CommandLine.RunAsync([.. arguments, "--control", "<|ugly|>"])).Error, StringComparison.Ordinal);
        Assert.Contains("--adapter DIR", (await CommandLine.RunAsync("generate", Model, "--prompt", Question, "--control", "<|good|>")).Error, StringComparison.Ordinal);
        Assert.Contains("no such folder", (await CommandLine.RunAsync("generate", Model, "--prompt", Question, "--adapter", Path.Combine(folder.Path, "nowhere"))).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--min-p", "2", "expected a number from 0 to 1")]
    [InlineData("--top-k", "-1", "expected a whole number from 0")]
    [InlineData("--stop", "", "expected a text of at least one character")]
    [InlineData("--temperature", "-1", "expected a number from 0 to 10")]
    [InlineData("--top-p", "2", "expected a number above 0 and up to 1")]
    [InlineData("--top-p", "0", "expected a number above 0 and up to 1")]
    [InlineData("--count", "0", "expected a whole number from 1")]
    public async Task Numbers_outside_of_their_range_are_refused(string option, string value, string complaint)
    {
        var ran = await CommandLine.RunAsync("generate", Model, "--prompt", Question, $"{option}={value}");
        Assert.Equal(2, ran.Code);
        Assert.Contains(complaint, ran.Error, StringComparison.Ordinal);
    }
}
