using System.Text.Json;
using System.Xml.Linq;

namespace Plumbline.Cli.Tests;

public sealed class CompareCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Methods_are_trained_on_the_same_pairs_and_measured_side_by_side_and_a_stopped_comparison_goes_on()
    {
        var folder = Path.Combine(_folder.Path, "front");
        string[] arguments = ["compare", "dpo", "kto:beta=0.3", "--seeds", "2", "--steps", "3", "--batch", "4", "--prompts", "8", "--held-out", "3", "--threads", "1", "--out", folder];
        using var stop = new CancellationTokenSource();
        var trainings = 0;
        var stopping = Rooms.OfThisHouse with { Compare = (job, progress, cancel) => Rooms.OfThisHouse.Compare(job, new Watch(value => { if (value.Stage.StartsWith("kto", StringComparison.Ordinal) && ++trainings == 2) stop.Cancel(); }, progress), stop.Token) };
        var stopped = await CommandLine.RunAsync(stopping, "", arguments, stop.Token);
        Assert.Equal(130, stopped.Code);
        Assert.Contains($"plumbline compare --resume {folder}", stopped.Error, StringComparison.Ordinal);

        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, "compare", "--resume", folder, "--json");
        Assert.True(ran.Code == 0, ran.Error);
        Assert.Contains("dpo with seed 1: begins, was done before", ran.Error, StringComparison.Ordinal);
        var rows = JsonDocument.Parse(ran.Output).RootElement.GetProperty("comparison").GetProperty("rows");
        Assert.Equal(["start", "dpo", "kto:beta=0.3"], rows.EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        Assert.Equal(0, Value(rows[0], "divergence"));
        Assert.Equal(0, Value(rows[0], "overOptimisation"));
        Assert.NotEqual(0, Value(rows[1], "divergence"));
        Assert.All(rows.EnumerateArray(), row => Assert.InRange(Value(row, "quality"), 0, 1));
        Assert.Equal("svg", XDocument.Load(Path.Combine(folder, "front.svg")).Root!.Name.LocalName);
        Assert.Contains("kto:beta=0.3", await File.ReadAllTextAsync(Path.Combine(folder, "comparison.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("--prompts 8", await File.ReadAllTextAsync(Path.Combine(folder, "comparison.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        static double Value(JsonElement row, string measure) => row.GetProperty(measure).GetProperty("value").GetDouble();
    }

    [Theory]
    [InlineData("Name at least two", "dpo")]
    [InlineData("Did you mean 'simpo'?", "dpo", "simpoo")]
    [InlineData("does not learn from pairs", "dpo", "grpo-checker")]
    [InlineData("named twice", "dpo", "dpo")]
    [InlineData("is no setting", "dpo", "ipo:beta")]
    [InlineData("has no such setting", "dpo", "ipo:gamma=2")]
    [InlineData("cannot change a run", "--resume", "runs/x", "--steps", "3")]
    [InlineData("'moon' not recognized", "dpo", "ipo", "--world", "moon")]
    public async Task What_makes_no_sense_is_refused(string words, params string[] rest)
    {
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, ["compare", .. rest.Select(word => word == "OUT" ? Path.Combine(_folder.Path, "out") : word)]);
        Assert.Equal(2, ran.Code);
        Assert.Contains(words, ran.Error, StringComparison.Ordinal);
    }

    private sealed class Watch(Action<Alignment.JobProgress> see, IProgress<Alignment.JobProgress> inner) : IProgress<Alignment.JobProgress>
    {
        public void Report(Alignment.JobProgress value)
        {
            see(value);
            inner.Report(value);
        }
    }
}
