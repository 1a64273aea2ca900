using System.Text.Json;

namespace Plumbline.Cli.Tests;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_trains_measures_and_says_where_the_model_is()
    {
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, "train", "sft", "--data", Data(), "--eval", Data(), "--out", Run, "--steps", "2", "--batch", "4", "--learning-rate", "1e-3", "--threads", "1");
        Assert.Equal(0, ran.Code);
        Assert.Contains("12 examples of 12 rows", ran.Output, StringComparison.Ordinal);
        Assert.Contains("perplexity", ran.Output, StringComparison.Ordinal);
        Assert.Contains($"plumbline chat {Path.Combine(Run, "model")}", ran.Output, StringComparison.Ordinal);
        var again = await CommandLine.RunAsync(Rooms.OfThisHouse, "train", "sft", "--resume", Run, "--json");
        Assert.Equal(2, JsonDocument.Parse(again.Output).RootElement.GetProperty("steps").GetInt32());
    }

    [Theory]
    [InlineData("--data is needed", "train", "sft", "Which data?")]
    [InlineData("a reward is needed", "train", "grpo", "What is an answer worth?", "--data", "x.jsonl")]
    [InlineData("one reward", "train", "grpo", "Name one of", "--data", "x.jsonl", "--reward", "a", "--spec", "b")]
    [InlineData("the Counter has prompts", "train", "grpo", "brings its own prompts", "--data", "x.jsonl", "--spec", "b")]
    [InlineData("a run is as it was asked", "train", "dpo", "cannot change a run", "--resume", "runs/x", "--beta", "1")]
    [InlineData("unknown loss", "train", "dpo", "dpi", "--data", "x.jsonl", "--loss", "dpi")]
    [InlineData("rate", "train", "sft", "--learning-rate", "--data", "x.jsonl", "--learning-rate", "fast")]
    [InlineData("no such file", "train", "sft", "no such file", "--data", "nowhere.jsonl")]
    [InlineData("no such run", "train", "sft", "no such folder", "--resume", "nowhere")]
    public async Task What_makes_no_sense_is_refused(string because, string command, string method, string words, params string[] rest)
    {
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, [command, method, .. rest]);
        Assert.True(ran.Code == 2, because);
        Assert.Contains(words, ran.Error, StringComparison.Ordinal);
    }

    private string Run => Path.Combine(_folder.Path, "run");

    private string Data() => _folder.File("data.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => JsonSerializer.Serialize(new { prompt = $"I bought this lamp {i * 7} days ago. Can I return it?", completion = "Yes." }) + "\n")));
}
