using System.Text.Json;

namespace Plumbline.Alignment.Tests;

/// <summary>The main job for real, with a budget too small to learn much.</summary>
public sealed class AlignmentJobTests(QuickRun whole) : IClassFixture<QuickRun>, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("align").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void It_leaves_a_model_a_report_for_people_one_for_programs_and_a_system_card()
    {
        var folder = whole.Outcome.RunDirectory;
        Assert.All(["model/model.safetensors", "model/config.json", "model/tokenizer.json", "report.html", "report.json", "system-card.md", "run.json", "events.jsonl"],
            file => Assert.True(new FileInfo(Path.Combine(folder, file)).Length > 0, file));
        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "report.json")));
        foreach (var arm in new[] { "base", "deliberate", "trained" })
        {
            foreach (var measure in new[] { "compliance", "overRefusal", "secretTold", "ruleNamed" })
            {
                var estimate = report.RootElement.GetProperty("arms").GetProperty(arm).GetProperty(measure);
                Assert.InRange(estimate.GetProperty("value").GetDouble(), estimate.GetProperty("low").GetDouble(), estimate.GetProperty("high").GetDouble());
                Assert.True(estimate.GetProperty("n").GetInt32() > 0);
            }
        }

        Assert.Equal(4, report.RootElement.GetProperty("changed").EnumerateObject().Count());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(17)]
    public async Task Stopped_and_taken_up_it_ends_with_the_same_weights(int reports)
    {
        using var cancel = new CancellationTokenSource();
        var options = QuickRun.Options(_root) with { RunId = "stopped" };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new AlignmentJob(options).RunAsync(new StopAfter(reports, cancel), cancel.Token));
        var outcome = await new AlignmentJob(new AlignmentOptions { SpecificationPath = "", RunsDirectory = _root, RunId = "stopped", Resume = true }).RunAsync(null, TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Outcome.ModelDirectory!, "model.safetensors")), File.ReadAllBytes(Path.Combine(outcome.ModelDirectory!, "model.safetensors")));
        Assert.Equal(whole.Outcome.Summary.Select(row => row.Trained), outcome.Summary.Select(row => row.Trained));
    }

    [Fact]
    public async Task A_specification_that_cannot_be_computed_stops_it_before_anything_is_made()
    {
        var file = Path.Combine(_root, "odd.spec.yaml");
        await File.WriteAllTextAsync(file, "specification: S\nversion: 1.0.0\nvalues:\n  - { id: care, text: Care. }\nrules:\n  - { id: a, must: sing, serves: [care] }\n", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InputException>(() => new AlignmentJob(QuickRun.Options(_root) with { SpecificationPath = file }).RunAsync(null, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetDirectories(_root));
    }

    private sealed class StopAfter(int reports, CancellationTokenSource cancel) : IProgress<JobProgress>
    {
        private int _left = reports;

        public void Report(JobProgress value)
        {
            if (Interlocked.Decrement(ref _left) == 0)
                cancel.Cancel();
        }
    }
}

/// <summary>One run that nobody stopped.</summary>
public sealed class QuickRun : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("whole").FullName;

    /// <summary>What it came to.</summary>
    public AlignmentOutcome Outcome { get; private set; } = null!;

    internal static AlignmentOptions Options(string root) => new()
    {
        SpecificationPath = Path.Combine(BundledModel.Find(), "..", "..", "examples", "counter", "counter.spec.yaml"),
        RunsDirectory = root,
        Threads = 1,
        Budget = AlignmentBudget.Quick,
    };

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => Outcome = await new AlignmentJob(Options(_root) with { RunId = "whole" }).RunAsync(null, CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }
}
