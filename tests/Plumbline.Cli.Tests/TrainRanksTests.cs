using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Plumbline.Cli.Tests;

/// <summary>The real program under <c>mpirun -np 2</c>. Where there is none, the tests are skipped and say so.</summary>
public sealed class TrainRanksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_ranks_have_the_loss_curve_of_one_and_leave_one_model()
    {
        string[] asked = ["train", "sft", "--data", Data(), "--eval", Data(), "--steps", "10", "--batch", "5", "--learning-rate", "1e-3", "--threads", "1", "--out"];
        var (code, said) = await MpirunAsync([.. asked, Run("two")]);
        Assert.True(code == 0, said);
        var alone = await CommandLine.RunAsync(Rooms.OfThisHouse, [.. asked, Run("one")]);
        Assert.True(alone.Code == 0, alone.Error);
        var (one, two) = (Losses("one"), Losses("two"));
        Assert.Equal(2, one.Length);
        Assert.Equal(one.Length, two.Length);
        Assert.All(one.Zip(two), each => Assert.InRange(Math.Abs(each.Second / each.First - 1), 0, 1e-5));
        Assert.Equal([Run("one"), Run("two")], Directory.GetDirectories(_folder.Path).Order());
        Assert.Equal(Directory.GetFileSystemEntries(Run("one"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Run("one"), path)).Order(),
            Directory.GetFileSystemEntries(Run("two"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Run("two"), path)).Order());
        Assert.Single(said.Split("Talk to it:")[1..]); // one rank speaks
        var (again, saidAgain) = await MpirunAsync(["train", "sft", "--resume", Run("two"), "--json"]);
        Assert.True(again == 0, saidAgain);
    }

    [Fact]
    public async Task What_rank_0_cannot_begin_ends_all_ranks_and_is_said_once()
    {
        var clock = Stopwatch.StartNew();
        var (code, said) = await MpirunAsync(["train", "sft", "--data", _folder.File("bad.jsonl", "{\"prompt\": 7}\n"), "--strict", "--out", Run("bad"), "--threads", "1"]);
        Assert.Equal(2, code);
        Assert.Single(said.Split("bad.jsonl:1")[1..]);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(2)); // nobody waits for a rank that is gone
    }

    [Theory]
    [InlineData("'plumbline align' works in one process", "align", "nothing.spec.yaml")]
    [InlineData("grpo) trains in one process only", "train", "grpo", "--data", "nothing.jsonl", "--reward-command", "cat")]
    public async Task What_cannot_be_done_by_several_ranks_is_refused_by_name(string words, params string[] arguments)
    {
        var (code, said) = await MpirunAsync(arguments);
        Assert.Equal(2, code);
        Assert.Contains(words, said, StringComparison.Ordinal);
    }

    private string Run(string name) => Path.Combine(_folder.Path, name);

    private double[] Losses(string run) => [.. File.ReadLines(Path.Combine(Run(run), "events.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
        .Where(line => line.GetProperty("kind").GetString() == "step").Select(line => line.GetProperty("details").GetProperty("loss").GetDouble())];

    private string Data() => _folder.File("data.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => JsonSerializer.Serialize(new { prompt = $"I bought this lamp {i * 7} days ago. Can I return it?", completion = i % 2 == 0 ? "Yes." : "No, that is too long ago." }) + "\n")));

    private static async Task<(int Code, string Said)> MpirunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("mpirun", ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", "2", "dotnet", Path.Combine(AppContext.BaseDirectory, "Plumbline.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMPI_MCA_mpi_yield_when_idle"] = "1";
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        using var process = Begin(start);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"mpirun hangs. It said: {await output} {await error}");
        }
        return (process.ExitCode, await output + await error);
    }

    private static Process Begin(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("there is no mpirun on this machine (Debian: apt-get install openmpi-bin)");
            throw;
        }
    }
}
