using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests;

/// <summary>What each method is for happens.</summary>
public sealed class TrainingTests
{
    [Fact]
    public void Supervised_training_learns_what_it_is_shown_and_reports_on_the_way()
    {
        using var model = TinyModel.Make();
        var reports = new Reports();
        SupervisedTraining.Run(model.Decoder, _ => [TokenExample.Completion([20, 21], [30, 31, 32])], 16, Options(300) with { ReportEvery = 100 }, reports, default);
        Assert.Equal([100, 200, 300], reports.All.Select(report => report.Step));
        Assert.True(reports.All[^1].Loss < 0.05, $"loss {reports.All[^1].Loss}");
        Assert.All(reports.All, report => Assert.True(report.TokensPerSecond > 0 && report.Statistics["gradientNorm"] > 0 && report.Steps == 300));
        Assert.Equal(TimeSpan.Zero, reports.All[^1].TimeLeft);
        Assert.Equal([30, 31, 32], new BatchGenerator(model).Generate([[20, 21]], new GenerationOptions { MaxNewTokens = 3 })[0].Tokens);
    }

    [Fact]
    public void A_token_without_weight_is_read_and_not_learnt()
    {
        using var model = TinyModel.Make();
        SupervisedTraining.Run(model.Decoder, step => [new TokenExample([20, 40 + step % 2, 30 + step % 2], [0, 0, 1])], 16, Options(200), null, default);
        var generator = new BatchGenerator(model);
        Assert.Equal([30, 31], generator.Generate([[20, 40], [20, 41]], new GenerationOptions { MaxNewTokens = 1 }).Select(answer => answer.Tokens[0])); // it was read
        Assert.False(generator.Generate([[20]], new GenerationOptions { MaxNewTokens = 1 })[0].Tokens[0] is 40 or 41);
    }

    [Fact]
    public void Several_passes_come_to_the_same_as_one()
    {
        double[] Train(int? tokensPerPass)
        {
            using var model = TinyModel.Make();
            SupervisedTraining.Run(model.Decoder, step => [.. Enumerable.Range(0, 8).Select(i => TinyModel.Text(1, 8L * step + i))], 48, Options(4, 1e-3) with { TokensPerPass = tokensPerPass }, null, default);
            return TinyModel.Numbers(model.Decoder);
        }
        var start = TinyModel.Numbers(TinyModel.Make().Decoder);
        var (whole, parts) = (Train(null), Train(48));
        Assert.True(start.Zip(whole, (a, b) => Math.Abs(a - b)).Average() > 1e-3);
        Assert.True(whole.Zip(parts, (a, b) => Math.Abs(a - b)).Average() < 1e-5);
    }

    [Fact] // identities 1 and 10: the cached reference is the policy itself at the first step, so the loss is log 2
    public void Preference_training_starts_at_log_two_and_learns_to_prefer()
    {
        using var model = TinyModel.Make();
        PairExample[] pairs = [.. Enumerable.Range(0, 12).Select(i => new PairExample(TokenExample.Completion([20 + i], [40, 41]), TokenExample.Completion([20 + i], [50, 51])))];
        var reports = new Reports();
        PreferenceTraining.Run(model.Decoder, pairs, new EpochOrder(12, 6, 1, "pairs").Batch, new DirectPreferenceOptimization(0.5), 16, Options(60), reports, default);
        Assert.Equal(Math.Log(2), reports.All[0].Loss, 5);
        Assert.Equal(1, reports.All[^1].Statistics["accuracy"]);
        Assert.True(reports.All[^1].Loss < 0.2, $"loss {reports.All[^1].Loss}");
        Assert.True(reports.All[^1].Statistics["chosen"] > reports.All[^1].Statistics["rejected"]);
    }

    [Fact]
    public void Preference_training_in_passes_comes_to_the_same()
    {
        PairExample[] pairs = [.. Enumerable.Range(0, 12).Select(i => new PairExample(TinyModel.Text(1, 2 * i), TinyModel.Text(1, 2 * i + 1)))];
        double[] Losses(int? tokensPerPass)
        {
            using var model = TinyModel.Make();
            var reports = new Reports();
            PreferenceTraining.Run(model.Decoder, pairs, new EpochOrder(12, 5, 1, "pairs").Batch, new DirectPreferenceOptimization(0.5), 64, Options(6, 1e-3) with { TokensPerPass = tokensPerPass }, reports, default);
            return [.. reports.All.SelectMany(report => (double[])[report.Loss, report.Statistics["margin"], report.Statistics["accuracy"]])];
        }
        Assert.All(Losses(null).Zip(Losses(100)), each => Assert.Equal(each.First, each.Second, 1e-3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Policy_gradient_raises_the_reward(int updates)
    {
        using var model = TinyModel.Make();
        using var reference = model.Clone();
        var rollout = new Rollout(model, 1, 8, new GenerationOptions { MaxNewTokens = 6 });
        var reports = new Reports();
        PolicyGradientTraining.Run(model.Decoder, reference.Decoder,
            step => rollout.Sample(step, [[1, 20], [1, 30], [1, 40]], (_, answer) => answer.Tokens.Average(id => id % 2 == 0 ? 1.0 : 0), default),
            new GroupPolicyGradient(), 16, Options(60, 1e-2) with { LearningRate = new Schedule(1e-2, WarmUp: 3, Decay.None) }, reports, default, updates);
        Assert.InRange(reports.All[0].Statistics["reward"], 0.2, 0.8);
        Assert.True(reports.All[^1].Statistics["reward"] > 0.9, $"reward {reports.All[^1].Statistics["reward"]}");
        Assert.Equal(0, reports.All[0].Statistics["divergence"], updates == 1 ? 5 : 0);
        Assert.True(reports.All[^1].Statistics["divergence"] > 0.01);
        Assert.InRange(reports.All[^1].Statistics["length"], 1, 6);
        Assert.Equal(updates > 1, reports.All.Any(report => report.Statistics["clipped"] > 0)); // with one update the ratio is always 1
    }

    [Fact] // identity 7
    public void Groups_with_equal_rewards_move_nothing()
    {
        using var model = TinyModel.Make();
        using var reference = model.Clone();
        var before = TinyModel.Bytes(model.Decoder);
        var rollout = new Rollout(model, 1, 4, new GenerationOptions { MaxNewTokens = 6 });
        var reports = new Reports();
        PolicyGradientTraining.Run(model.Decoder, reference.Decoder, step => rollout.Sample(step, [[1, 20]], (_, _) => 0.3, default), new GroupPolicyGradient(Beta: 0), 16,
            Options(3) with { Optimiser = new AdamWOptions { WeightDecay = 0 } }, reports, default);
        Assert.Equal(before, TinyModel.Bytes(model.Decoder));
        Assert.Equal(1, reports.All[0].Statistics["undecided"]);
    }

    [Fact]
    public void Training_that_diverges_stops_with_a_word_and_never_overwrites_a_good_checkpoint()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        var options = Options(30, 1e30) with { CheckpointFolder = folder.Path, CheckpointEvery = 1, ReportEvery = 1000, LearningRate = new Schedule(1e30, WarmUp: 1) };
        var problem = Assert.Throws<InputException>(() => SupervisedTraining.Run(model.Decoder, step => [TinyModel.Text(1, step)], 64, options, null, default));
        Assert.Contains("Lower the learning rate", problem.Remedy, StringComparison.Ordinal);
        Assert.True(!File.Exists(folder["checkpoint.safetensors"]) || SafeTensors.Load(folder["checkpoint.safetensors"]).Values.Where(each => each.is_floating_point()).All(each => each.isfinite().all().item<bool>()));
    }

    [Fact]
    public void A_step_with_nothing_to_train_is_refused()
    {
        using var model = TinyModel.Make();
        var problem = Assert.Throws<InputException>(() => SupervisedTraining.Run(model.Decoder, _ => [TokenExample.Completion([20, 21, 22], [])], 64, Options(1), null, default));
        Assert.Contains("no token", problem.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_that_would_be_cut_is_refused()
    {
        using var model = TinyModel.Make();
        var text = TokenExample.Completion([20, 21, 22], [23, 24, 25]);
        var problem = Assert.Throws<InputException>(() => PreferenceTraining.Run(model.Decoder, [new(text, text)], _ => [0], new DirectPreferenceOptimization(0.1), 5, Options(1), null, default));
        Assert.Equal("pair 0, chosen", problem.Place);
    }

    private static TrainingOptions Options(int steps, double rate = 5e-3) => new() { Steps = steps, LearningRate = new Schedule(rate, WarmUp: 3), ReportEvery = 1 };
}
