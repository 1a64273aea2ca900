using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests;

public sealed class ProximalPolicyTrainingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_reward_rises(int seed)
    {
        var reports = new Reports();
        Train(seed, new ProximalPolicyOptimization { Updates = 2 }, 60, reports: reports);
        Assert.InRange(reports.All[0].Statistics["reward"], 0.2, 0.8);
        Assert.True(reports.All[^3..].Average(report => report.Statistics["reward"]) > 0.9, $"reward {reports.All[^1].Statistics["reward"]}");
        Assert.Equal(0, reports.All[0].Statistics["divergence"], 4);
        Assert.True(reports.All[^1].Statistics["divergence"] > 0.1);
        Assert.All(reports.All, report => Assert.InRange(report.Statistics["length"], 1, 6));
        Assert.Contains(reports.All, report => report.Statistics["clipped"] > 0);
    }

    [Fact] // the reward is 1 for every answer and nothing is normalised: before every token 1 is still to come
    public void The_critic_learns_what_is_still_to_come()
    {
        var reports = new Reports();
        Train(1, ProximalPolicyOptimization.Plain with { CriticWarmUp = 1000, Trace = 1 }, 40, _ => 1, reports);
        Assert.Equal(0.5, reports.All[0].Statistics["valueLoss"], 3); // a new head says 0: ½·1²
        Assert.True(reports.All[^1].Statistics["valueLoss"] < 0.02, $"value loss {reports.All[^1].Statistics["valueLoss"]}");
    }

    [Fact]
    public void While_the_critic_warms_up_the_policy_stays_as_it_is()
    {
        var (policy, critic) = Train(1, new ProximalPolicyOptimization { CriticWarmUp = 3 }, 3);
        var (moved, _) = Train(1, new ProximalPolicyOptimization { CriticWarmUp = 2 }, 3);
        using var model = TinyModel.Make();
        Assert.Equal(TinyModel.Bytes(model.Decoder), policy);
        Assert.NotEqual(TinyModel.Bytes(model.Decoder), moved);
        Assert.NotEqual(critic[..policy.Length], policy);
    }

    [Fact]
    public void Pretraining_texts_stay_likely()
    {
        TokenExample[] texts = [TinyModel.Text(5, 1), TinyModel.Text(5, 2)];
        var reports = new Reports();
        Train(1, new ProximalPolicyOptimization { PretrainingWeight = 1 }, 30, reports: reports, pretraining: texts);
        Assert.True(reports.All[^1].Statistics["pretrainingLoss"] < 0.6 * reports.All[0].Statistics["pretrainingLoss"]);
    }

    [Fact]
    public void Passes_that_bound_memory_come_to_the_same()
    {
        double[] Losses(int? tokens)
        {
            var reports = new Reports();
            Train(1, new ProximalPolicyOptimization { Minibatches = 2, PretrainingWeight = 0.1 }, 4, reports: reports, tokensPerPass: tokens, pretraining: [TinyModel.Text(5, 1), TinyModel.Text(5, 2)]);
            return [.. reports.All.SelectMany(report => (double[])[report.Loss, report.Statistics["valueLoss"], report.Statistics["reward"], report.Statistics["pretrainingLoss"]])];
        }
        Assert.All(Losses(null).Zip(Losses(20)), each => Assert.Equal(each.First, each.Second, 1e-3));
    }

    [Fact]
    public void Gradients_of_the_critic_agree_with_finite_differences()
    {
        using var model = TinyModel.Make();
        using var critic = RewardModel.Create(model, trainable: true);
        TokenExample[] answers = [TokenExample.Completion([1, 20, 21, 22, 23, 24, 25, 26, 27], [30, 31, 32]), TokenExample.Completion([1, 20, 21, 22, 23, 24, 25, 26, 27], [33, 34]), TokenExample.Completion([1, 9], [35, 36])];
        using (no_grad())
        {
            using var generator = new Generator(4);
            critic.Decoder.named_parameters().Single(each => each.name == "score.weight").parameter.copy_(randn([1, 16], generator: generator));
        }
        Tensor Loss(Tensor values) => new ProximalPolicyOptimization { ClipValues = null }.Compute(new TokenValues(values, zeros_like(values), ones_like(values))).Value;
        using var scope = NewDisposeScope();
        var scores = ValueScores.Of(critic, answers, 32, gradients: true);
        Loss(scores.Values).backward();
        scores.Backward();
        foreach (var name in (string[])["score.weight", "model.layers.0.self_attn.k_proj.weight", "model.norm.weight"])
        {
            var weight = critic.Decoder.named_parameters().Single(each => each.name == name).parameter;
            using var off = no_grad();
            var direction = weight.grad! / weight.grad!.norm();
            double At(double step)
            {
                weight.PlusInPlace(direction, step);
                var value = Loss(ValueScores.Of(critic, answers, 32).Values).item<float>();
                weight.PlusInPlace(direction, -step);
                return value;
            }
            Assert.Equal(weight.grad!.norm().item<float>(), (At(1e-2) - At(-1e-2)) / 2e-2, 0.02 * weight.grad!.norm().item<float>() + 1e-4);
        }
    }

    [Fact]
    public void Values_stand_where_log_probabilities_do_and_are_those_of_texts_read_apart()
    {
        using var model = TinyModel.Make();
        using var critic = RewardModel.Create(model);
        using (no_grad())
            critic.Decoder.named_parameters().Single(each => each.name == "score.weight").parameter.FillWith(0.3);
        int[] prompt = [1, 20, 21, 22, 23, 24, 25, 26, 27];
        TokenExample[] answers = [TokenExample.Completion(prompt, [30, 31, 32]), TokenExample.Completion([1, 9], [35, 36]), TokenExample.Completion(prompt, [33, 34])];
        using var scope = NewDisposeScope();
        using var logits = new LogitsBuffer();
        var (values, examples) = (ValueScores.Of(critic, answers, 32).Values.data<float>().ToArray(), SequenceScores.Of(model.Decoder, answers, 32, logits).Examples.data<long>().ToArray());
        var next = answers.Select(answer => Array.FindIndex(answer.Weights, weight => weight > 0)).ToArray();
        foreach (var (value, owner) in values.Zip(examples))
        {
            var before = answers[owner].Ids[..next[owner]++];
            Assert.Equal(critic.Score([before])[0], value, 5);
        }
    }

    [Fact]
    public void Stopped_and_taken_up_policy_and_critic_end_with_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        var objective = new ProximalPolicyOptimization { Updates = 2, Minibatches = 2, PretrainingWeight = 0.1 };
        foreach (var stop in (int[])[2, 5])
            Assert.Throws<OperationCanceledException>(() => Train(1, objective, 8, folder: folder.Path, stopAt: stop, pretraining: [TinyModel.Text(5, 1)]));
        var (policy, critic) = Train(1, objective, 8, folder: folder.Path, pretraining: [TinyModel.Text(5, 1)]);
        var (wholePolicy, wholeCritic) = Train(1, objective, 8, pretraining: [TinyModel.Text(5, 1)]);
        Assert.True(policy.AsSpan().SequenceEqual(wholePolicy), "the policy");
        Assert.True(critic.AsSpan().SequenceEqual(wholeCritic), "the critic");
    }

    [Fact]
    public void It_is_not_taken_up_with_another_critic()
    {
        using var folder = new TemporaryFolder();
        Train(1, new ProximalPolicyOptimization(), 2, folder: folder.Path);
        var problem = Assert.Throws<InputException>(() => Train(1, new ProximalPolicyOptimization(), 2, folder: folder.Path, criticSeed: 2));
        Assert.Contains("was another one", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pretraining_texts_that_are_to_count_must_be_there() =>
        Assert.Throws<ArgumentException>(() => Train(1, new ProximalPolicyOptimization { PretrainingWeight = 1 }, 1));

    /// <summary>Answers of up to 6 tokens, worth the share of even ones.</summary>
    private static (byte[] Policy, byte[] Critic) Train(int seed, ProximalPolicyOptimization objective, int steps, Func<Completion, double>? worth = null, Reports? reports = null, string? folder = null,
        int stopAt = 0, int? tokensPerPass = null, IReadOnlyList<TokenExample>? pretraining = null, int criticSeed = 1)
    {
        using var model = TinyModel.Make();
        using var reference = model.Clone();
        using var other = TinyModel.Make((ulong)criticSeed);
        using var critic = RewardModel.Create(other, trainable: true);
        using var stop = new CancellationTokenSource();
        var rollout = new Rollout(model, seed, 8, new GenerationOptions { MaxNewTokens = 6 });
        var stopping = new Reports(report =>
        {
            ((IProgress<TrainingProgress>?)reports)?.Report(report);
            if (report.Step == stopAt)
                stop.Cancel();
        });
        var options = new TrainingOptions { Steps = steps, LearningRate = new Schedule(1e-2, 3, Decay.None), ReportEvery = 1, CheckpointFolder = folder, CheckpointEvery = 2, TokensPerPass = tokensPerPass };
        ProximalPolicyTraining.Run(model.Decoder, reference.Decoder, critic, new Schedule(1e-2, 3, Decay.None),
            step => rollout.Sample(step, [[1, 20], [1, 30], [1, 40]], (_, answer) => worth?.Invoke(answer) ?? answer.Tokens.Average(id => id % 2 == 0 ? 1.0 : 0), stop.Token),
            objective, 64, options, stopping, stop.Token, pretraining is null ? null : _ => pretraining);
        return (TinyModel.Bytes(model.Decoder), TinyModel.Bytes(critic.Decoder));
    }
}
