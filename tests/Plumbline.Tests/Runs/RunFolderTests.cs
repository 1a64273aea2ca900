using Plumbline.Runs;

namespace Plumbline.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("plumbline-runs-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void What_was_asked_is_there_when_the_run_is_taken_up()
    {
        Create("one").Dispose();
        var (run, request) = RunFolder.Open<Request>(At("one"), Clock.Noon);
        using (run)
            Assert.Equal(new Request("counter.spec.yaml", 7), request);
    }

    [Fact]
    public void Events_come_back_in_order_and_by_kind_also_after_the_run_is_taken_up()
    {
        using (var run = Create("one"))
        {
            run.Append("step", "train", new { Loss = 2.5 });
            run.Append("note", "train", new { Text = "half\nway" });
        }
        using (var run = Open("one"))
        {
            run.Append("step", "train", new { Loss = 1.5 });
            Assert.Equal([2.5, 1.5], run.Events("step").Select(step => step.Details.GetProperty("loss").GetDouble()));
        }
        Assert.Equal("{\"at\":\"2026-03-01T12:00:00+00:00\",\"kind\":\"step\",\"stage\":\"train\",\"details\":{\"loss\":2.5}}", File.ReadLines(At("one", "events.jsonl")).First());
    }

    [Theory] // the file ends in the middle of a line, of the first line, or of a line longer than a block
    [InlineData("{\"at\":\"2026-03-01T12:00:00Z\",\"kind\":\"st")]
    [InlineData("{")]
    [InlineData("0123456789", 1000)]
    public void A_last_line_that_a_kill_has_torn_is_cut_off(string torn, int times = 1)
    {
        using (var run = Create("one"))
            run.Append("step", "train", new { Loss = 2.5 });
        File.AppendAllText(At("one", "events.jsonl"), string.Concat(Enumerable.Repeat(torn, times)));
        using (var run = Open("one"))
        {
            run.Append("step", "train", new { Loss = 1.5 });
            Assert.Equal(2, run.Events("step").Count());
        }
        Assert.Equal(2, File.ReadLines(At("one", "events.jsonl")).Count());
    }

    [Fact]
    public void A_run_that_was_killed_in_its_first_line_starts_with_no_events()
    {
        Create("one").Dispose();
        File.WriteAllText(At("one", "events.jsonl"), "{\"at\":");
        using var run = Open("one");
        Assert.Empty(run.Events("step"));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void A_damaged_line_in_the_middle_is_named_by_its_number(string damage)
    {
        using (var run = Create("one"))
            run.Append("step", "train", new { Loss = 2.5 });
        File.AppendAllText(At("one", "events.jsonl"), damage + "\n");
        using var again = Open("one");
        var problem = Assert.Throws<InputException>(() => again.Events("step").Count());
        Assert.EndsWith("events.jsonl:2", problem.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_cannot_work_in_one_run_at_the_same_time()
    {
        using var run = Create("one");
        var problem = Assert.Throws<InputException>(() => Open("one"));
        Assert.Contains("another process", problem.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_was_closed_can_be_taken_up_again_and_again()
    {
        Create("one").Dispose();
        Open("one").Dispose();
        Open("one").Dispose();
    }

    [Fact]
    public void A_second_run_of_the_same_name_is_refused_and_the_first_stays_as_it_was()
    {
        Create("one").Dispose();
        var before = File.ReadAllText(At("one", "run.json"));
        Assert.Contains("--resume", Assert.Throws<InputException>(() => Create("one")).Remedy, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(At("one", "run.json")));
        Open("one").Dispose(); // the refusal holds no lock
    }

    [Fact]
    public void A_name_that_is_taken_is_said_to_be_taken_also_while_its_run_is_at_work()
    {
        using var run = Create("one");
        Refused("there already", () => Create("one"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("../elsewhere")]
    [InlineData("c:run")]
    public void A_name_that_is_not_one_folder_is_refused(string id) => Assert.Throws<InputException>(() => Create(id));

    [Fact]
    public void A_folder_without_a_run_is_refused() => Refused("it has no run.json", () => Open("nowhere"));

    [Theory]
    [InlineData("{ \"format\": 1,\n \"created\": \"2026-03-01T12:00:00Z\",\n \"request\": { \"specification\": 5 } }", "not the JSON")]
    [InlineData("{ \"format\": 1,", "not the JSON")]
    [InlineData("", "not the JSON")]
    [InlineData("{ \"format\": 9, \"created\": \"2026-03-01T12:00:00Z\", \"request\": {} }", "format 9; this version reads format 1")]
    [InlineData("{ \"format\": 1, \"created\": \"2026-03-01T12:00:00Z\" }", "what was asked")]
    [InlineData("null", "format 0")]
    public void A_damaged_or_foreign_run_is_refused_for_what_it_is(string manifest, string problem)
    {
        Create("one").Dispose();
        File.WriteAllText(At("one", "run.json"), manifest);
        Refused(problem, () => Open("one"));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_refused()
    {
        File.WriteAllText(At("file"), "");
        Refused("cannot be written", () => RunFolder.Create(At("file"), "one", new Request("s", 1), Clock.Noon));
    }

    [Fact]
    public void A_full_disk_is_said_to_be_full()
    {
        if (!File.Exists("/dev/full"))
            return; // only some systems can pretend
        Create("one").Dispose();
        File.Delete(At("one", "events.jsonl"));
        File.CreateSymbolicLink(At("one", "events.jsonl"), "/dev/full");
        using var run = Open("one");
        Refused("No space left", () => run.Append("step", "train", new { Loss = 1.0 }));
    }

    [Fact]
    public void An_artefact_that_fails_half_way_leaves_the_old_one()
    {
        using var run = Create("one");
        run.WriteText("report/one.txt", "whole");
        Assert.Throws<InvalidOperationException>(() => run.Write("report/one.txt", stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("whole", File.ReadAllText(run.At("report", "one.txt")));
        Assert.Equal(["one.txt"], Directory.GetFiles(run.At("report")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_stage_is_complete_as_long_as_its_artefacts_are_what_they_were()
    {
        using var run = Create("one");
        Assert.False(run.IsComplete("train"));
        run.WriteText("weights.txt", "1 2 3");
        run.Complete("train", "weights.txt");
        Assert.True(run.Stage("train").IsComplete);
        run.WriteText("weights.txt", "1 2 4");
        Assert.False(run.Stage("train").IsComplete);
        run.WriteText("weights.txt", "1 2 3");
        Assert.True(run.Stage("train").IsComplete);
        File.Delete(run.At("weights.txt"));
        Assert.False(run.Stage("train").IsComplete);
    }

    [Fact]
    public void A_stage_whose_mark_is_damaged_is_done_again()
    {
        using var run = Create("one");
        run.Complete("train");
        Assert.True(run.IsComplete("train"));
        File.WriteAllText(run.At("stages", "train"), "{ \"at\":");
        Assert.False(run.IsComplete("train"));
    }

    [Fact]
    public void A_stage_cannot_vouch_for_what_is_not_there()
    {
        using var run = Create("one");
        Assert.Throws<InputException>(() => run.Complete("train", "weights.txt"));
        Assert.False(run.IsComplete("train"));
    }

    [Fact]
    public void Lines_of_many_threads_do_not_mix()
    {
        using var run = Create("one");
        Parallel.For(0, 200, i => run.Append("step", "train", new { Step = i, Text = new string('x', i) }));
        Assert.Equal(Enumerable.Range(0, 200), run.Events("step").Select(step => step.Details.GetProperty("step").GetInt32()).Order());
    }

    private static void Refused(string problem, Action act) => Assert.Contains(problem, Assert.Throws<InputException>(act).Message, StringComparison.Ordinal);

    private string At(params string[] parts) => Path.Combine([_root, .. parts]);

    private RunFolder Create(string id) => RunFolder.Create(_root, id, new Request("counter.spec.yaml", 7), Clock.Noon);

    private RunFolder Open(string id) => RunFolder.Open<Request>(At(id), Clock.Noon).Run;

    private sealed record Request(string Specification, int Seed);

    private sealed class Clock : TimeProvider
    {
        public static readonly Clock Noon = new();

        public override DateTimeOffset GetUtcNow() => new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    }
}
