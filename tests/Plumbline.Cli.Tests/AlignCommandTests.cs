using Plumbline.Alignment;

namespace Plumbline.Cli.Tests;

public sealed class AlignCommandTests
{
    [Fact]
    public async Task Every_option_reaches_the_job()
    {
        using var folder = new TemporaryFolder();
        var (specification, model) = (folder.File("my.spec.yaml"), folder.Folder("model"));
        AlignmentOptions? asked = null;
        var rooms = CommandLine.Rooms() with { Align = (options, _, _) => { asked = options; return Task.FromResult(CommandLine.Aligned); } };
        var ran = await CommandLine.RunAsync(rooms, "align", specification, "--model", model, "--runs", "elsewhere", "--seed", "7", "--threads", "3", "--quick");
        Assert.Equal(0, ran.Code);
        Assert.NotNull(asked);
        Assert.Equal((specification, model, "elsewhere", 7, 3, true, false), (asked.SpecificationPath, asked.ModelDirectory, asked.RunsDirectory, asked.Seed, asked.Threads, asked.Quick, asked.Resume));
        Assert.Matches(@"^my-\d{8}-\d{6}-seed7$", asked.RunId);
    }

    [Fact]
    public async Task It_ends_with_the_table_the_paths_and_the_next_command()
    {
        using var folder = new TemporaryFolder();
        var specification = folder.File("my.spec.yaml");
        var rooms = CommandLine.Rooms() with { Align = (_, _, _) => Task.FromResult(CommandLine.Aligned) };
        var ran = await CommandLine.RunAsync(rooms, "align", specification);
        Assert.Contains("60.0 % [55.0, 65.0]", ran.Output, StringComparison.Ordinal);
        Assert.Contains("95.0 % [90.0, 100.0]", ran.Output, StringComparison.Ordinal);
        Assert.Contains("+35.0 points", ran.Output, StringComparison.Ordinal);
        Assert.Contains("< 0.001", ran.Output, StringComparison.Ordinal);
        Assert.Contains("Report: runs/x/report.html", ran.Output, StringComparison.Ordinal);
        Assert.Contains("5 min 21 s", ran.Output, StringComparison.Ordinal);
        Assert.EndsWith($"plumbline chat runs/x/model --spec {specification}{Environment.NewLine}", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', ran.Output);
    }

    [Fact]
    public async Task A_cancelled_run_exits_with_130_and_says_what_was_kept_and_how_to_go_on()
    {
        using var folder = new TemporaryFolder();
        var specification = folder.File("my.spec.yaml");
        using var stop = new CancellationTokenSource();
        AlignmentOptions? asked = null;
        var rooms = CommandLine.Rooms() with
        {
            Align = async (options, _, cancel) =>
            {
                asked ??= options;
                Directory.CreateDirectory(Path.Combine(options.RunsDirectory, options.RunId!));
                await stop.CancelAsync();
                cancel.ThrowIfCancellationRequested();
                return CommandLine.Aligned;
            },
        };
        var ran = await CommandLine.RunAsync(rooms, "", ["align", specification, "--runs", Path.Combine(folder.Path, "runs"), "--seed", "4"], stop.Token);
        Assert.Equal(130, ran.Code);
        Assert.Contains("is kept in", ran.Error, StringComparison.Ordinal);

        // The command that it names takes up the same run.
        AlignmentOptions? resumed = null;
        rooms = CommandLine.Rooms() with { Align = (options, _, _) => { resumed = options; return Task.FromResult(CommandLine.Aligned); } };
        var shown = ran.Error.Split("Go on with: plumbline ")[1].Trim();
        Assert.Equal(0, (await CommandLine.RunAsync(rooms, shown.Split(' '))).Code);
        Assert.Equal((true, asked!.RunId), (resumed!.Resume, resumed.RunId));
        Assert.Equal(Path.GetFullPath(asked.RunsDirectory), Path.GetFullPath(resumed.RunsDirectory));
    }

    [Theory]
    [InlineData("--seed 2", "--seed")]
    [InlineData("other.spec.yaml", "SPEC")]
    [InlineData("--quick", "--quick")]
    public async Task What_would_change_a_run_that_is_taken_up_is_refused(string more, string named)
    {
        var ran = await CommandLine.RunAsync(["align", "--resume", Path.GetTempPath(), .. more.Split(' ')]);
        Assert.Equal(2, ran.Code);
        Assert.Contains($"{named} cannot change a run that is taken up", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_before_anything_was_written_it_promises_nothing()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var ran = await CommandLine.RunAsync(CommandLine.Rooms(), "", ["align", folder.File("my.spec.yaml"), "--runs", folder.Path], stop.Token);
        Assert.Equal(130, ran.Code);
        Assert.Contains("before there was anything to keep", ran.Error, StringComparison.Ordinal);
    }
}
