using Plumbline.Runs;

namespace Plumbline.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private sealed record Request(string What, int Seed);

    private readonly string _root = Directory.CreateTempSubdirectory("runs").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_run_is_taken_up_with_what_was_asked_and_what_was_done()
    {
        using (var run = RunFolder.Create(_root, "one", new Request("align", 3), TimeProvider.System))
        {
            run.Complete("audit");
            run.Append("step", "train", new { Loss = 0.5 });
        }

        var (again, request) = RunFolder.Open<Request>(Path.Combine(_root, "one"), TimeProvider.System);
        using var open = again;
        Assert.Equal(new Request("align", 3), request);
        Assert.True(again.IsComplete("audit"));
        Assert.False(again.IsComplete("train"));
        Assert.Equal(0.5, Assert.Single(again.Events("step")).Details.GetProperty("loss").GetDouble());
    }

    [Fact]
    public void A_line_that_was_torn_by_a_kill_is_cut_off()
    {
        using (var run = RunFolder.Create(_root, "two", new Request("align", 1), TimeProvider.System))
        {
            run.Append("step", "train", new { Step = 1 });
            File.AppendAllText(run.At("events.jsonl"), "{\"at\":\"2026-");
        }

        var (again, _) = RunFolder.Open<Request>(Path.Combine(_root, "two"), TimeProvider.System);
        using var open = again;
        again.Append("step", "train", new { Step = 2 });
        Assert.Equal([1, 2], again.Events("step").Select(step => step.Details.GetProperty("step").GetInt32()));
    }

    [Fact]
    public void Two_processes_cannot_be_at_work_in_one_run()
    {
        using var run = RunFolder.Create(_root, "three", new Request("align", 1), TimeProvider.System);
        Assert.Contains("another process", Assert.Throws<InputException>(() => RunFolder.Open<Request>(run.Path, TimeProvider.System)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json", "not the JSON")]
    [InlineData("{\"format\": 99, \"request\": {\"what\": \"a\", \"seed\": 1}}", "format 99")]
    [InlineData("{}", "format 0")]
    public void A_manifest_that_cannot_be_used_says_why(string manifest, string problem)
    {
        Directory.CreateDirectory(Path.Combine(_root, "bad"));
        File.WriteAllText(Path.Combine(_root, "bad", "run.json"), manifest);
        Assert.Contains(problem, Assert.Throws<InputException>(() => RunFolder.Open<Request>(Path.Combine(_root, "bad"), TimeProvider.System)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_no_run_and_a_name_that_is_taken_are_refused()
    {
        Assert.Throws<InputException>(() => RunFolder.Open<Request>(_root, TimeProvider.System));
        using var run = RunFolder.Create(_root, "four", new Request("a", 1), TimeProvider.System);
        Assert.Contains("there already", Assert.Throws<InputException>(() => RunFolder.Create(_root, "four", new Request("a", 1), TimeProvider.System)).Problem, StringComparison.Ordinal);
    }
}
