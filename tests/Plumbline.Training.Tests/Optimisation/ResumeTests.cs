using System.Diagnostics;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests.Optimisation;

/// <summary>Same seed, same weights bit for bit; stopped or killed at any moment and taken up, the same weights.</summary>
public sealed class ResumeTests
{
    private const string ChildFolder = "PLUMBLINE_TEST_CHECKPOINTS";
    private const string ChildTrained = "PLUMBLINE_TEST_TRAINED";
    private const int ChildSteps = 120;

    public static TheoryData<string, string> Methods => new()
    {
        { "supervised", "weights" },
        { "supervised in passes", "weights" },
        { "preference", "weights" },
        { "preference with a moving reference", "weights" },
        { "single answers", "weights" },
        { "policy gradient", "weights" },
        { "supervised in passes", "LoRA" },
        { "preference", "LoRA" },
        { "preference with a moving reference", "LoRA" },
        { "single answers", "LoRA" },
        { "policy gradient", "LoRA" },
        { "supervised", "DoRA" },
        { "supervised", "soft prompt" },
        { "policy gradient", "soft prompt" },
        { "supervised", "control tokens" },
        { "supervised", "weights and control tokens" },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_same_seed_gives_the_same_weights_bit_for_bit_and_another_seed_others(string method, string trained)
    {
        var once = Train(method, trained, 1, null);
        Assert.Equal(once, Train(method, trained, 1, null));
        Assert.NotEqual(once, Train(method, trained, 2, null));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Stopped_twice_and_taken_up_it_ends_with_the_same_weights(string method, string trained)
    {
        using var folder = new TemporaryFolder();
        var steps = new Draws(Environment.TickCount64, "stop").Shuffle(Enumerable.Range(1, 10));
        Array.Sort(steps, 0, 2);
        foreach (var stop in steps[..2])
            Assert.Throws<OperationCanceledException>(() => Train(method, trained, 1, folder.Path, stop));
        Assert.True(Train(method, trained, 1, folder.Path).AsSpan().SequenceEqual(Train(method, trained, 1, null)), $"stopped at {steps[0]} and {steps[1]}");
    }

    [Theory]
    [InlineData("weights")]
    [InlineData("LoRA")]
    public async Task Killed_again_and_again_it_ends_with_the_same_weights(string trained)
    {
        using var folder = new TemporaryFolder();
        var checkpoint = folder["checkpoint.safetensors"];
        var draws = new Draws(Environment.TickCount64, "kill");
        for (var kill = 0; kill < 3; kill++)
        {
            using var child = StartChild(folder.Path, trained);
            var before = File.Exists(checkpoint) ? File.GetLastWriteTimeUtc(checkpoint) : DateTime.MinValue;
            while (!child.HasExited && (!File.Exists(checkpoint) || File.GetLastWriteTimeUtc(checkpoint) <= before))
                await Task.Delay(5, TestContext.Current.CancellationToken);
            await Task.Delay(draws.Next(60), TestContext.Current.CancellationToken);
            Assert.False(child.HasExited, "the child ended before it could be killed");
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(TrainChild(null, trained, 0), TrainChild(folder.Path, trained, 0));
    }

    [Fact(Explicit = true)]
    public void Runs_in_the_process_that_is_killed() => TrainChild(Environment.GetEnvironmentVariable(ChildFolder), Environment.GetEnvironmentVariable(ChildTrained) ?? "weights", 10);

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

    [Fact]
    public void A_checkpoint_of_an_adapter_holds_the_adapter_alone_and_is_refused_for_another_one()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        using var adapter = Attach(model, "LoRA");
        Supervise(model.Decoder, 1, Options(folder.Path));
        var state = SafeTensors.Load(folder["checkpoint.safetensors"]);
        Assert.Equal(2 + 3 * adapter!.Parameters.Count, state.Count);
        Assert.Equal(3L * adapter.Parameters.Sum(each => each.Value.numel()), state.Where(each => each.Key is not ("progress" or "start")).Sum(each => each.Value.numel()));
        using var other = LowRankAdapter.Create(new(2, 5) { Dropout = 0.2 }, model.Decoder, 3); // another alpha
        model.Decoder.Attach(other);
        Assert.Contains("other settings", Assert.Throws<InputException>(() => Supervise(model.Decoder, 1, Options(folder.Path))).Message, StringComparison.Ordinal);
    }

    [Theory] // one number, in the middle of a tensor in the middle of the model, by as little as can be
    [InlineData("weights")] // all of them stand in the checkpoint, but the reference of the loss is where training started
    [InlineData("LoRA")] // none of them does
    public void One_number_that_is_another_one_at_the_start_is_noticed_and_its_tensor_named(string trained)
    {
        const string Changed = "model.layers.1.mlp.up_proj.weight";
        using var folder = new TemporaryFolder();
        using (var model = TinyModel.Make())
        {
            using var adapter = Attach(model, trained);
            Supervise(model.Decoder, 1, Options(folder.Path));
        }
        using var other = TinyModel.Make();
        using var same = Attach(other, trained);
        var weight = other.Decoder.named_parameters().Single(each => each.name == Changed).parameter;
        var numbers = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(weight.bytes);
        numbers[numbers.Length / 2 + 5] = MathF.BitIncrement(numbers[numbers.Length / 2 + 5]);
        var problem = Assert.Throws<InputException>(() => Supervise(other.Decoder, 1, Options(folder.Path)));
        Assert.Contains($"'{Changed}' was another one", problem.Message, StringComparison.Ordinal);
    }

    private static Adapter? Attach(LanguageModel model, string trained)
    {
        Adapter? adapter = trained switch
        {
            "LoRA" => LowRankAdapter.Create(new(2, 4) { Dropout = 0.2 }, model.Decoder, 3),
            "DoRA" => LowRankAdapter.Create(new(2, 4, WeightDecomposed: true) { Dropout = 0.2, TargetModules = ["q_proj", "down_proj"] }, model.Decoder, 3),
            "soft prompt" => SoftPrompt.Create(model.Decoder, 4, 3),
            "control tokens" or "weights and control tokens" => ControlTokens.Create(model.Decoder, ["<|good|>"], 3),
            _ => null,
        };
        if (adapter is not null)
            model.Decoder.Attach(adapter);
        return adapter;
    }

    private static byte[] Train(string method, string trained, int seed, string? folder, int stopAt = 0)
    {
        using var model = TinyModel.Make();
        using var adapter = Attach(model, trained);
        using var stop = new CancellationTokenSource();
        var options = Options(folder) with { Parameters = trained == "weights and control tokens" ? ParameterGroup.Everything : null };
        int[] control = adapter is ControlTokens tokens ? [tokens["<|good|>"]] : [];
        var before = TinyModel.Bytes(model.Decoder);
        var reports = new Reports(report =>
        {
            if (report.Step == stopAt)
                stop.Cancel();
        });
        switch (method)
        {
            case "supervised":
                Supervise(model.Decoder, seed, options, reports, control, stop.Token);
                break;
            case "supervised in passes":
                Supervise(model.Decoder, seed, options with { TokensPerPass = 64 }, reports, stop: stop.Token);
                break;
            case "preference":
            case "preference with a moving reference":
                PairExample[] pairs = [.. Enumerable.Range(0, 20).Select(index => new PairExample(TinyModel.Text(1, 2 * index), TinyModel.Text(1, 2 * index + 1)))];
                PreferenceTraining.Run(model.Decoder, pairs, new EpochOrder(20, 6, seed, "pairs").Batch, new DirectPreferenceOptimization(0.1), 64, options, reports, stop.Token,
                    method == "preference" ? null : new MovingReference(4, 0.6));
                break;
            case "single answers":
                PointExample[] answers = [.. Enumerable.Range(0, 20).Select(index => new PointExample(TinyModel.Text(1, index), index % 2))];
                PointTraining.Run(model.Decoder, answers, new EpochOrder(20, 6, seed, "answers").Batch, new KahnemanTverskyOptimization(0.1), 64, options, reports, stop.Token);
                break;
            default:
                using (var copy = adapter is null ? model.Clone() : null)
                {
                    var reference = copy ?? model;
                    var rollout = new Rollout(model, seed, 4, new GenerationOptions { MaxNewTokens = 6 });
                    PolicyGradientTraining.Run(model.Decoder, reference.Decoder, step => rollout.Sample(step, [[1, 20], [1, 30]], (_, answer) => answer.Tokens.Count(id => id % 2 == 0), stop.Token),
                        new GroupPolicyGradient(), 32, options, reports, stop.Token, updates: 2);
                }
                break;
        }
        if (adapter is not null && options.Parameters is null)
            Assert.Equal(before, TinyModel.Bytes(model.Decoder)); // the weights stay, bit for bit
        return [.. TinyModel.Bytes(model.Decoder), .. adapter?.Parameters.SelectMany(each => each.Value.bytes.ToArray()) ?? []];
    }

    private static void Supervise(Decoder decoder, int seed, TrainingOptions options, Reports? reports = null, int[]? control = null, CancellationToken stop = default) =>
        SupervisedTraining.Run(decoder, step => [.. Enumerable.Range(0, 5).Select(i => Controlled(TinyModel.Text(seed, 5L * step + i), control ?? []))], 64, options, reports, stop);

    private static TokenExample Controlled(TokenExample text, int[] control) => control.Length == 0 ? text : new([.. control, .. text.Ids], [.. control.Select(_ => 0f), .. text.Weights]);

    private static TrainingOptions Options(string? folder) =>
        new() { Steps = 12, LearningRate = new Schedule(5e-3, 2), CheckpointFolder = folder, CheckpointEvery = 3, ReportEvery = 1 };

    private static byte[] TrainChild(string? folder, string trained, int slowness)
    {
        using var model = TinyModel.Make();
        using var adapter = Attach(model, trained);
        var options = new TrainingOptions { Steps = ChildSteps, LearningRate = new Schedule(5e-3, 5), CheckpointFolder = folder, CheckpointEvery = 7 };
        SupervisedTraining.Run(model.Decoder, step =>
        {
            Thread.Sleep(slowness);
            return [TinyModel.Text(3, step)];
        }, 64, options, null, default);
        return [.. TinyModel.Bytes(model.Decoder), .. adapter?.Parameters.SelectMany(each => each.Value.bytes.ToArray()) ?? []];
    }

    private static Process StartChild(string folder, string trained)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ResumeTests).Assembly.Location, "-explicit", "only", "-method", $"{typeof(ResumeTests).FullName}.{nameof(Runs_in_the_process_that_is_killed)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[ChildFolder] = folder;
        start.Environment[ChildTrained] = trained;
        var child = Process.Start(start)!;
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return child;
    }
}
