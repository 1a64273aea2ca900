using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Models.Generation;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Counter;

namespace Plumbline.Reproductions;

/// <summary>Proximal policy optimisation at the Counter against a reward model that was fitted to few comparisons, as wrong as such models are; what is true is computed by the checker.</summary>
/// <param name="start">The policy that training begins with; stays as it is.</param>
/// <param name="policy">The rules.</param>
/// <param name="seed">Same seed, same reward model, same training.</param>
internal sealed class CounterReinforcement(LanguageModel start, CounterPolicy policy, int seed) : IDisposable
{
    private const int RowLength = 512, AnswerTokens = 160, PromptsPerStep = 48, AnswersAtOnce = 96;
    private readonly RewardModel _reward = RewardModel.Create(start, trainable: true);

    /// <summary>Fits the reward model to pairs of the start's own answers, of which the checker prefers one.</summary>
    /// <param name="requests">How many requests are answered, four times each.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <returns>How many pairs there were.</returns>
    public int FitReward(int requests, CancellationToken cancel)
    {
        var suite = CounterSuite.Training(policy, requests, seed);
        var groups = new Rollout(start, seed, 4, Generation).Sample(0, Prompts(start, suite), (index, answer) => Worth(start, suite, index, answer), cancel);
        ComparedPair[] pairs = [.. groups.Select(Compare).OfType<ComparedPair>()];
        var batches = new EpochBatches(new EpochOrder(pairs.Length, 16, seed, "ppo-max.reward"));
        RewardTraining.Run(_reward, pairs, batches.Batch, new BradleyTerry(0.01), RowLength, new TrainingOptions { Steps = Math.Max(1, 2 * pairs.Length / 16), LearningRate = new Schedule(5e-4, 2) }, null, cancel);
        return pairs.Length;
    }

    /// <summary>Trains a copy of the start.</summary>
    /// <param name="objective">How.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">Learning rate of the policy; the critic's is three times as high.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    public LanguageModel Train(ProximalPolicyOptimization objective, int steps, double rate, CancellationToken cancel)
    {
        var model = start.Clone(trainable: true);
        using var critic = _reward.Clone();
        var suite = CounterSuite.Training(policy, steps * PromptsPerStep, seed + 1000);
        var prompts = Prompts(model, suite);
        var rollout = new Rollout(model, seed, 1, Generation);
        ProximalPolicyTraining.Run(model.Decoder, start.Decoder, critic, new Schedule(3 * rate, 2, Decay.None),
            step => rollout.Sample(step, [.. prompts.Skip(step * PromptsPerStep).Take(PromptsPerStep)], answers => _reward.Score([.. answers.Select(each => (int[])[.. prompts[step * PromptsPerStep + each.Prompt], .. each.Answer.Tokens])], cancel), cancel),
            objective, RowLength, new TrainingOptions { Steps = steps, LearningRate = new Schedule(rate, 2, Decay.None) }, null, cancel);
        return model;
    }

    /// <summary>What a model does with requests that nothing was trained on, at temperature 1.</summary>
    public Behaviour Measure(LanguageModel model, int requests, CancellationToken cancel)
    {
        var suite = CounterSuite.HeldOut(policy, requests, seed);
        var prompts = Prompts(model, suite);
        var written = new BatchGenerator(model).Generate(prompts, Generation with { Temperature = 1, Seed = new Draws(seed, "ppo-max.measure").NextBits() }, cancel);
        double[] lengths = [.. written.Select(answer => (double)answer.Tokens.Length)];
        return new(written.Select((answer, index) => Worth(model, suite, index, answer)).Average(),
            _reward.Score([.. written.Select((answer, index) => (int[])[.. prompts[index], .. answer.Tokens])], cancel).Average(), lengths.Average(), new RunningScale().With(lengths).Deviation);
    }

    /// <inheritdoc/>
    public void Dispose() => _reward.Dispose();

    private static GenerationOptions Generation => new() { MaxNewTokens = AnswerTokens, BatchSize = AnswersAtOnce };

    private static int[][] Prompts(LanguageModel model, Suite suite) => [.. suite.Items.Select(item => model.Template.Prompt(item.Messages))];

    private static double Worth(LanguageModel model, Suite suite, int index, Completion answer) =>
        CounterReward.Of(((CounterJudge)suite.Judge).Judge(model.Template.Parse(answer.Tokens).Text, (CounterReference)suite.Items[index].Reference!));

    /// <summary>The best answer of a group and the worst, if the checker tells them apart.</summary>
    private static ComparedPair? Compare(ScoredGroup group)
    {
        var order = Enumerable.Range(0, group.Answers.Count).OrderBy(index => group.Rewards[index]).ToArray();
        return group.Rewards[order[^1]] - group.Rewards[order[0]] < 1e-9 ? null : new ComparedPair(new PairExample(group.Answers[order[^1]], group.Answers[order[0]]));
    }

    /// <param name="True">Mean of what the checker gives.</param>
    /// <param name="Proxy">Mean of what the reward model gives.</param>
    /// <param name="Length">Mean tokens of an answer.</param>
    /// <param name="LengthDeviation">Their deviation.</param>
    public sealed record Behaviour(double True, double Proxy, double Length, double LengthDeviation);
}
