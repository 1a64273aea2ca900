using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Plumbline.Models;

namespace Plumbline.Cli.Tests;

/// <summary>The real program under <c>mpirun -np 2</c>. Where there is none, the tests are skipped and say so.</summary>
public sealed class TrainRanksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sft")]
    [InlineData("grpo")]
    public async Task Two_ranks_have_the_loss_curve_of_one_and_leave_one_model(string method)
    {
        string[] asked = ["train", method, .. method == "grpo" ? Reward : [], "--data", Data(), "--eval", Data(), "--steps", "10", "--batch", "5", "--learning-rate", "1e-3", "--threads", "1", "--out"];
        var (code, said) = await MpirunAsync([.. asked, Run("two")]);
        Assert.True(code == 0, said);
        var alone = await RealProgram.RunAsync([.. asked, Run("one")]);
        Assert.True(alone.Code == 0, alone.Error);
        var (one, two) = (Losses("one"), Losses("two"));
        Assert.Equal(method == "grpo" ? 10 : 2, one.Length);
        Assert.Equal(one.Length, two.Length);
        var size = method == "grpo" ? 1 : 0; // of what its loss is a mean of: advantages of deviation 1, whose mean is 0
        Assert.All(one.Zip(two), each => Assert.InRange(Math.Abs(each.Second - each.First) / Math.Max(Math.Abs(each.First), size), 0, 1e-5));
        Assert.Equal(Statistic("one", "reward"), Statistic("two", "reward")); // to the last bit: the same answers
        Assert.Equal([Run("one"), Run("two")], Directory.GetDirectories(_folder.Path).Order());
        Assert.Equal(Directory.GetFileSystemEntries(Run("one"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Run("one"), path)).Order(),
            Directory.GetFileSystemEntries(Run("two"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Run("two"), path)).Order());
        Assert.Single(said.Split("Talk to it:")[1..]); // one rank speaks
        var (again, saidAgain) = await MpirunAsync(["train", method, "--resume", Run("two"), "--json"]);
        Assert.True(again == 0, saidAgain);
    }

    [Fact]
    public async Task A_rank_that_is_killed_and_Ctrl_C_end_all_with_the_command_that_goes_on_and_the_weights_stay_the_same()
    {
        string[] asked = ["train", "grpo", .. Reward, "--model", TinyModelFolder.Write(_folder.Folder("tiny")), "--data", Data(), "--steps", "80", "--batch", "4", "--learning-rate", "1e-3", "--threads", "1", "--out"];
        var (straight, saidStraight) = await MpirunAsync([.. asked, Run("straight")]);
        Assert.True(straight == 0, saidStraight);
        string[] again = ["train", "grpo", "--resume", Run("ended")];
        var hint = $"Go on with: mpirun -np 2 plumbline {string.Join(' ', again)}";
        var (killed, saidKilled) = await MpirunAsync([.. asked, Run("ended")], launcher => AfterStepsAsync(3, () => Process.GetProcessById(Ranks(launcher)[^1]).Kill()));
        Assert.NotEqual(0, killed);
        Assert.Contains(hint, saidKilled, StringComparison.Ordinal);
        var (interrupted, saidInterrupted) = await MpirunAsync(again, launcher => AfterStepsAsync(Losses("ended").Length + 3, () => Process.Start("kill", ["-INT", $"{launcher.Id}"]).WaitForExit()));
        Assert.NotEqual(0, interrupted);
        Assert.True(saidInterrupted.Contains(hint, StringComparison.Ordinal), saidInterrupted);
        var (resumed, saidResumed) = await MpirunAsync(again);
        Assert.True(resumed == 0, saidResumed);
        Assert.Equal(await WeightsAsync("straight"), await WeightsAsync("ended"));

        async Task AfterStepsAsync(int steps, Action end)
        {
            while (!File.Exists(Path.Combine(Run("ended"), "events.jsonl")) || Losses("ended").Length < steps)
                await Task.Delay(5);
            end();
        }
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
    public async Task What_cannot_be_done_by_several_ranks_is_refused_by_name(string words, params string[] arguments)
    {
        var (code, said) = await MpirunAsync(arguments);
        Assert.Equal(2, code);
        Assert.Contains(words, said, StringComparison.Ordinal);
    }

    private static string[] Reward => ["--reward-command", "while read line; do echo ${#line}; done", "--answers", "2", "--answer-tokens", "8"];

    /// <summary>Process ids of the ranks, in order.</summary>
    private static int[] Ranks(Process launcher) => [.. File.ReadAllText($"/proc/{launcher.Id}/task/{launcher.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    private Task<byte[]> WeightsAsync(string run) => File.ReadAllBytesAsync(Path.Combine(Run(run), "model", LanguageModel.WeightsName), TestContext.Current.CancellationToken);

    private string Run(string name) => Path.Combine(_folder.Path, name);

    private double[] Losses(string run) => [.. Steps(run).Select(step => step.GetProperty("loss").GetDouble())];

    private double[] Statistic(string run, string name) => [.. Steps(run).Select(step => step.GetProperty("statistics").TryGetProperty(name, out var value) ? value.GetDouble() : 0)];

    private IEnumerable<JsonElement> Steps(string run) => File.ReadLines(Path.Combine(Run(run), "events.jsonl")).Where(line => line.EndsWith('}')).Select(line => JsonDocument.Parse(line).RootElement)
        .Where(line => line.GetProperty("kind").GetString() == "step").Select(line => line.GetProperty("details"));

    private string Data() => _folder.File("data.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => JsonSerializer.Serialize(new { prompt = $"I bought this lamp {i * 7} days ago. Can I return it?", completion = i % 2 == 0 ? "Yes." : "No, that is too long ago." }) + "\n")));

    private static async Task<(int Code, string Said)> MpirunAsync(string[] arguments, Func<Process, Task>? meanwhile = null)
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
            if (meanwhile is not null)
                await Task.WhenAny(meanwhile(process), process.WaitForExitAsync(limit.Token)).Unwrap();
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
