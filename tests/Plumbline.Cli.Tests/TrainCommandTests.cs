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
    [InlineData("a loss of single answers", "train", "dpo", "'kto' is not a loss of pairs", "--data", "x.jsonl", "--loss", "kto")]
    [InlineData("a setting that the loss lacks", "train", "dpo", "--label-smoothing is no setting of 'simpo'. It has --beta, --gamma.", "--data", "x.jsonl", "--loss", "simpo", "--label-smoothing", "0.1")]
    [InlineData("a setting out of its range", "train", "dpo", "beta: it is -1", "--data", "DATA", "--beta", "-1")]
    [InlineData("no reference to move", "train", "dpo", "no reference that could move", "--data", "DATA", "--loss", "simpo", "--stages", "2")]
    [InlineData("ratings upside down", "train", "kto", "the lower one first", "--data", "x.jsonl", "--ratings", "5", "1")]
    [InlineData("rate", "train", "sft", "--learning-rate", "--data", "x.jsonl", "--learning-rate", "fast")]
    [InlineData("no such file", "train", "sft", "no such file", "--data", "nowhere.jsonl")]
    [InlineData("no such run", "train", "sft", "no such folder", "--resume", "nowhere")]
    public async Task What_makes_no_sense_is_refused(string because, string command, string method, string words, params string[] rest)
    {
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, [command, method, .. rest.Select(word => word == "DATA" ? Data() : word), .. rest.Contains("DATA") ? (string[])["--out", Run] : []]);
        Assert.True(ran.Code == 2, because);
        Assert.Contains(words, ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dpo", "--loss", "ld-dpo", "--alpha", "0.3")]
    [InlineData("dpo", "--loss", "exo_pair", "--reference-every", "1", "--reference-mix", "0.5")]
    [InlineData("dpo", "--stages", "2")]
    [InlineData("kto", "--desirable-weight", "1.2")]
    [InlineData("kto", "--loss", "ulma-continuous", "--ratings", "1", "5")]
    public async Task Losses_and_their_settings_train(string method, params string[] settings)
    {
        var data = _folder.File("judged.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => JsonSerializer.Serialize(method == "dpo"
            ? (object)new { prompt = $"I bought this lamp {i * 7} days ago. Can I return it?", chosen = $"Yes, within {i} days.", rejected = "No." }
            : settings.Contains("--ratings") ? new { prompt = $"Lamp {i}?", completion = "Yes.", rating = 1 + i % 5 } : new { prompt = $"Lamp {i}?", completion = "Yes.", label = i % 2 == 0 }) + "\n")));
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, ["train", method, "--data", data, "--eval", data, "--out", Run, "--steps", "3", "--batch", "4", "--learning-rate", "1e-3", "--threads", "1", "--json", .. settings]);
        Assert.Equal(0, ran.Code);
        var outcome = JsonDocument.Parse(ran.Output).RootElement;
        Assert.True(outcome.GetProperty("after").GetProperty("loss").GetDouble() < outcome.GetProperty("before").GetProperty("loss").GetDouble());
    }

    private string Run => Path.Combine(_folder.Path, "run");

    private string Data() => _folder.File("data.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => JsonSerializer.Serialize(new { prompt = $"I bought this lamp {i * 7} days ago. Can I return it?", completion = "Yes." }) + "\n")));
}
