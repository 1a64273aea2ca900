using System.Text.Json;
using Plumbline.Models;

namespace Plumbline.Cli.Tests;

/// <summary>The real program, killed outright at any moment and taken up, ends with the weights of one that was not.</summary>
public sealed class TrainKillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sft", "data")]
    [InlineData("dpo", "checkpoint/reference-*.bin")]
    [InlineData("kto", "checkpoint/reference-*.bin")]
    [InlineData("reward", "data")]
    [InlineData("grpo", "data", "--reward-command", "while read line; do echo ${#line}; done", "--answers", "2", "--answer-tokens", "6")]
    [InlineData("ppo", "data", "--reward-command", "while read line; do echo ${#line}; done", "--answer-tokens", "6", "--minibatches", "2")]
    [InlineData("online-dpo", "data", "--reward-command", "while read line; do echo ${#line}; done", "--answers", "2", "--answer-tokens", "6", "--anchor", "start=0.5,earlier=0.5", "--round-steps", "3")]
    public async Task Killed_before_its_first_checkpoint_and_again_after_it_every_trainer_ends_with_the_same_weights(string method, string early, params string[] also)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && method is "grpo" or "ppo" or "online-dpo", "The reward is a shell script.");
        string[] asked = ["train", method, "--model", TinyModelFolder.Write(_folder.Folder("tiny")), "--data", Data(), "--steps", "150", "--batch", "4", "--learning-rate", "1e-3", "--threads", "1", "--checkpoint-every", "12", .. also, "--out"];
        var straight = await RealProgram.RunAsync([.. asked, Run("straight")]);
        Assert.True(straight.Code == 0, straight.Error);
        await KillAsync([.. asked, Run("killed")], () => Exists(early));
        await KillAsync(["train", method, "--resume", Run("killed")], () => Exists("checkpoint/checkpoint.safetensors"));
        var resumed = await RealProgram.RunAsync("train", method, "--resume", Run("killed"));
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.Equal(await WeightsAsync("straight"), await WeightsAsync("killed"));

        bool Exists(string pattern) => Path.Combine(Run("killed"), Path.GetDirectoryName(pattern)!) is var at && Directory.Exists(at) && Directory.EnumerateFileSystemEntries(at, Path.GetFileName(pattern)).Any();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts the program, and kills it a little after something is there.</summary>
    private static async Task KillAsync(string[] arguments, Func<bool> isThere)
    {
        using var process = RealProgram.Start(arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        while (!process.HasExited && !isThere())
            await Task.Delay(2, Stop);
        await Task.Delay(new Draws(Environment.TickCount64, "kill").Next(60), Stop);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 128 + 9, $"it ended before it was killed: {await output} {await error}");
    }

    private string Run(string name) => Path.Combine(_folder.Path, name);

    private Task<byte[]> WeightsAsync(string run) => File.ReadAllBytesAsync(Path.Combine(Run(run), "model", LanguageModel.WeightsName), Stop);

    private string Data() => _folder.File("data.jsonl", string.Concat(Enumerable.Range(0, 130).Select(i => JsonSerializer.Serialize(new { prompt = $"Bought {i} days ago?", completion = "Yes.", chosen = $"Yes, {i}.", rejected = "No.", label = i % 3 > 0 }) + "\n")));
}
