using System.Diagnostics;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests.Optimisation;

/// <summary>Same seed, same weights bit for bit; stopped or killed at any moment and taken up, the same weights.</summary>
public sealed class ResumeTests
{
    private const string ChildFolder = "PLUMBLINE_TEST_CHECKPOINTS";
    private const int ChildSteps = 120;

    public static TheoryData<string> Methods => ["supervised", "supervised in passes", "preference", "policy gradient"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_same_seed_gives_the_same_weights_bit_for_bit_and_another_seed_others(string method)
    {
        var once = Train(method, 1, null);
        Assert.Equal(once, Train(method, 1, null));
        Assert.NotEqual(once, Train(method, 2, null));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Stopped_twice_and_taken_up_it_ends_with_the_same_weights(string method)
    {
        using var folder = new TemporaryFolder();
        var steps = new Draws(Environment.TickCount64, "stop").Shuffle(Enumerable.Range(1, 10));
        Array.Sort(steps, 0, 2);
        foreach (var stop in steps[..2])
            Assert.Throws<OperationCanceledException>(() => Train(method, 1, folder.Path, stop));
        Assert.True(Train(method, 1, folder.Path).AsSpan().SequenceEqual(Train(method, 1, null)), $"stopped at {steps[0]} and {steps[1]}");
    }

    [Fact]
    public async Task Killed_again_and_again_it_ends_with_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        var checkpoint = folder["checkpoint.safetensors"];
        var draws = new Draws(Environment.TickCount64, "kill");
        for (var kill = 0; kill < 3; kill++)
        {
            using var child = StartChild(folder.Path);
            var before = File.Exists(checkpoint) ? File.GetLastWriteTimeUtc(checkpoint) : DateTime.MinValue;
            while (!child.HasExited && (!File.Exists(checkpoint) || File.GetLastWriteTimeUtc(checkpoint) <= before))
                await Task.Delay(5, TestContext.Current.CancellationToken);
            await Task.Delay(draws.Next(60), TestContext.Current.CancellationToken);
            Assert.False(child.HasExited, "the child ended before it could be killed");
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(TrainChild(null, 0), TrainChild(folder.Path, 0));
    }

    [Fact(Explicit = true)]
    public void Runs_in_the_process_that_is_killed() => TrainChild(Environment.GetEnvironmentVariable(ChildFolder), 10);

    [Fact]
    public void A_checkpoint_of_other_settings_is_refused_and_nothing_is_changed()
    {
        using var folder = new TemporaryFolder();
        Supervise(TinyModel.Make().Decoder, 1, Options(folder.Path));
        using var model = TinyModel.Make(seed: 9);
        var before = TinyModel.Bytes(model.Decoder);
        Assert.Contains("other settings", Assert.Throws<InputException>(() => Supervise(model.Decoder, 1, Options(folder.Path) with { Steps = 13 })).Message, StringComparison.Ordinal);
        Assert.Contains("other settings", Assert.Throws<InputException>(() => Supervise(model.Decoder, 1, Options(folder.Path) with { Recipe = RecipeTests.Likelihood })).Message, StringComparison.Ordinal);
        Assert.Equal(before, TinyModel.Bytes(model.Decoder));
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused()
    {
        using var folder = new TemporaryFolder();
        Supervise(TinyModel.Make(width: 32).Decoder, 1, Options(folder.Path));
        Assert.Contains("another model", Assert.Throws<InputException>(() => Supervise(TinyModel.Make().Decoder, 1, Options(folder.Path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_that_was_cut_off_is_refused()
    {
        using var folder = new TemporaryFolder();
        Supervise(TinyModel.Make().Decoder, 1, Options(folder.Path));
        using (var file = File.OpenWrite(folder["checkpoint.safetensors"]))
            file.SetLength(file.Length - 5);
        Assert.Throws<InputException>(() => Supervise(TinyModel.Make().Decoder, 1, Options(folder.Path)));
    }

    private static byte[] Train(string method, int seed, string? folder, int stopAt = 0)
    {
        using var model = TinyModel.Make();
        using var stop = new CancellationTokenSource();
        var options = Options(folder);
        var reports = new Reports(report =>
        {
            if (report.Step == stopAt)
                stop.Cancel();
        });
        switch (method)
        {
            case "supervised":
                Supervise(model.Decoder, seed, options, reports, stop.Token);
                break;
            case "supervised in passes":
                Supervise(model.Decoder, seed, options with { TokensPerPass = 64 }, reports, stop.Token);
                break;
            case "preference":
                PairExample[] pairs = [.. Enumerable.Range(0, 20).Select(index => new PairExample(TinyModel.Text(1, 2 * index), TinyModel.Text(1, 2 * index + 1)))];
                PreferenceTraining.Run(model.Decoder, pairs, new EpochOrder(20, 6, seed, "pairs").Batch, new DirectPreferenceOptimization(0.1), 64, options, reports, stop.Token);
                break;
            default:
                using (var reference = model.Clone())
                {
                    var rollout = new Rollout(model, seed, 4, new GenerationOptions { MaxNewTokens = 6 });
                    PolicyGradientTraining.Run(model.Decoder, reference.Decoder, step => rollout.Sample(step, [[1, 20], [1, 30]], (_, answer) => answer.Tokens.Count(id => id % 2 == 0), stop.Token),
                        new GroupPolicyGradient(), 32, options, reports, stop.Token, updates: 2);
                }
                break;
        }
        return TinyModel.Bytes(model.Decoder);
    }

    private static void Supervise(Decoder decoder, int seed, TrainingOptions options, Reports? reports = null, CancellationToken stop = default) =>
        SupervisedTraining.Run(decoder, step => [.. Enumerable.Range(0, 5).Select(i => TinyModel.Text(seed, 5L * step + i))], 64, options, reports, stop);

    private static TrainingOptions Options(string? folder) =>
        new() { Steps = 12, LearningRate = new Schedule(5e-3, 2), CheckpointFolder = folder, CheckpointEvery = 3, ReportEvery = 1 };

    private static byte[] TrainChild(string? folder, int slowness)
    {
        using var model = TinyModel.Make();
        var options = new TrainingOptions { Steps = ChildSteps, LearningRate = new Schedule(5e-3, 5), CheckpointFolder = folder, CheckpointEvery = 7 };
        SupervisedTraining.Run(model.Decoder, step =>
        {
            Thread.Sleep(slowness);
            return [TinyModel.Text(3, step)];
        }, 64, options, null, default);
        return TinyModel.Bytes(model.Decoder);
    }

    private static Process StartChild(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ResumeTests).Assembly.Location, "-explicit", "only", "-method", $"{typeof(ResumeTests).FullName}.{nameof(Runs_in_the_process_that_is_killed)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[ChildFolder] = folder;
        var child = Process.Start(start)!;
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return child;
    }
}
