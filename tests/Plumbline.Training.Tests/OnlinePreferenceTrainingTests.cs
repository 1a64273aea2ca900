using Plumbline.Models;
using Plumbline.Models.Generation;
using Plumbline.Training.Objectives;
using TorchSharp;

namespace Plumbline.Training.Tests;

/// <summary>Preference training on answers of the policy's own: what it is held to, and that it goes on as if nothing had been.</summary>
public sealed class OnlinePreferenceTrainingTests
{
    private static readonly int[][] Prompts = [[10, 11, 12], [20, 21], [30, 31, 32, 33], [40]];
    private static readonly DirectPreferenceOptimization Dpo = new(0.5);

    [Theory]
    [InlineData("behaviour", 1, 1)]
    [InlineData("round", 2, 2)]
    [InlineData("start", 1, 9)]
    [InlineData("earlier", 2, 9)]
    public void The_loss_is_log_two_where_the_policy_is_its_anchor(string anchor, int perRound, int every)
    {
        using var model = TinyModel.Make();
        var reports = Run(model, new(AnchorMixture.Parse(anchor, "test")) { StepsPerRound = perRound }, Options(6));
        foreach (var (step, report) in reports.Index())
            Assert.Equal(step % every == 0, Math.Abs(report.Loss - Math.Log(2)) < 1e-6);
    }

    [Fact] // margins are linear in the anchor: (1 − w)·0 + w·margin against the other model
    public void An_anchor_of_two_is_their_mixture_in_log_space()
    {
        using var other = TinyModel.Make(seed: 2);
        double Margin(AnchorMixture anchor)
        {
            using var model = TinyModel.Make();
            return Run(model, new(anchor), Options(1), start: other)[0].Statistics["margin"];
        }
        var whole = Margin(new(Start: 1));
        Assert.True(Math.Abs(whole) > 1e-3);
        Assert.Equal(0.25 * whole, Margin(new(Start: 0.25, Behaviour: 0.75)), 1e-5);
        Assert.Equal(0.25 * whole, Margin(new(Start: 0.25, Behaviour: 0.25, Round: 0.25, Earlier: 0.25)), 1e-5);
    }

    [Fact]
    public void Killed_and_taken_up_it_ends_with_the_same_weights_wherever_its_anchors_were()
    {
        using var folder = new TemporaryFolder();
        using var whole = TinyModel.Make();
        var rounds = new OnlineRounds(new AnchorMixture(0.25, 0.25, 0.25, 0.25)) { StepsPerRound = 2, Epochs = 2, PairsPerUpdate = 3 };
        var all = Run(whole, rounds, Options(7));
        using var stop = new CancellationTokenSource();
        using (var killed = TinyModel.Make())
        {
            Assert.ThrowsAny<OperationCanceledException>(() => Run(killed, rounds, Options(7) with { CheckpointFolder = folder.Path, CheckpointEvery = 1 }, report =>
            {
                if (report.Step == 5)
                    stop.Cancel();
            }, cancel: stop.Token));
        }
        using var resumed = TinyModel.Make();
        var rest = Run(resumed, rounds, Options(7) with { CheckpointFolder = folder.Path, CheckpointEvery = 1 });
        Assert.Equal(TinyModel.Bytes(whole.Decoder), TinyModel.Bytes(resumed.Decoder));
        Assert.Equal(all.Skip(5).Select(report => (report.Loss, report.Statistics["divergence"])), rest.Select(report => (report.Loss, report.Statistics["divergence"])));
    }

    [Fact]
    public void Answers_that_are_worth_the_same_move_nothing()
    {
        using var model = TinyModel.Make();
        var before = TinyModel.Bytes(model.Decoder);
        var reports = Run(model, new(new AnchorMixture(Start: 1)), Options(2), worth: _ => 1);
        Assert.Equal(before, TinyModel.Bytes(model.Decoder));
        Assert.All(reports, report => Assert.Equal((0.0, 0.0, 1.0), (report.Loss, report.Statistics["pairs"], report.Statistics["undecided"])));
    }

    [Fact]
    public void The_reward_rises_and_so_does_the_divergence_from_the_start()
    {
        using var model = TinyModel.Make();
        var reports = Run(model, new(new AnchorMixture(Behaviour: 1)), Options(30) with { LearningRate = new(2e-2, 0, Decay.None) }, worth: answer => answer.Tokens.Count(token => token < 140));
        double Mean(IEnumerable<TrainingProgress> some, string name) => some.Average(report => report.Statistics[name]);
        Assert.True(Mean(reports.TakeLast(10), "reward") > Mean(reports.Take(3), "reward") + 0.5, string.Join(' ', reports.Select(report => report.Statistics["reward"])));
        Assert.Equal(0, reports[0].Statistics["divergence"], 1e-5);
        Assert.True(Mean(reports.TakeLast(5), "divergence") > 0.1);
    }

    [Fact] // the same policy, anchored at itself without its adapter and at a copy that was made before
    public void The_start_of_an_adapter_is_the_model_without_it()
    {
        (double, double)[] Reports(bool copy)
        {
            using var model = TinyModel.Make();
            using var before = model.Clone();
            using var adapter = LowRankAdapter.Create(new(4, 8), model.Decoder, 3);
            model.Decoder.Attach(adapter);
            return [.. Run(model, new(new AnchorMixture(Start: 0.5, Earlier: 0.5)), Options(4), start: copy ? before : model).Select(report => (report.Loss, report.Statistics["divergence"]))];
        }
        var (own, other) = (Reports(copy: false), Reports(copy: true));
        Assert.Equal(other, own, (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-5 && Math.Abs(a.Item2 - b.Item2) < 1e-4);
        Assert.NotEqual(0, own[^1].Item2, 1e-4);
    }

    [Fact]
    public void A_reference_of_another_round_is_refused()
    {
        using var model = TinyModel.Make();
        using var moved = new MovedReference(new MovingReference(2), ParameterGroup.Weights.In(model.Decoder));
        moved.MoveBefore(0);
        moved.MoveBefore(1);
        Assert.Throws<InvalidOperationException>(() => moved.MoveBefore(4)); // it should have moved before step 2
    }

    private static TrainingOptions Options(int steps) => new() { Steps = steps, LearningRate = new(3e-3, 0, Decay.None), ReportEvery = 1 };

    private static List<TrainingProgress> Run(LanguageModel model, OnlineRounds rounds, TrainingOptions options, Action<TrainingProgress>? also = null, LanguageModel? start = null, Func<Completion, double>? worth = null, CancellationToken cancel = default)
    {
        using var copy = start is null ? model.Clone() : null;
        var rollout = new Rollout(model, 1, 4, new GenerationOptions { MaxNewTokens = 8, BatchSize = 16 });
        var reports = new Reports(also);
        OnlinePreferenceTraining.Run(model.Decoder, (start ?? copy)!.Decoder, step => rollout.Sample(step, Prompts, (_, answer) => worth is null ? answer.Tokens.Sum() % 17 : worth(answer), cancel),
            new BestWorst(), Dpo, rounds, 64, options, reports, cancel);
        return reports.All;
    }
}
