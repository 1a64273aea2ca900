using Plumbline.Models;
using Plumbline.Models.Generation;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Reproductions;

/// <summary>
/// Proximal policy optimisation in a world of words, against a reward model that was fitted to few comparisons. Half of the words are good; what an answer is truly worth is the
/// share of its words that are good and were not said before. Texts to learn from hardly ever repeat a word, so nobody tells the reward model that repeating is worth nothing.
/// </summary>
internal sealed class TokenReinforcement : IDisposable
{
    private const int Words = 40, FirstWord = 20, FirstTopic = 62, Topics = 4, MostTokens = 48, RowLength = 64, PromptsPerStep = 32, Measured = 256;
    private readonly int _seed;
    private readonly LanguageModel _start;
    private readonly RewardModel _reward;

    /// <param name="seed">Same seed, same start, same reward model, same training.</param>
    /// <param name="cancel">Stops between steps.</param>
    public TokenReinforcement(int seed, CancellationToken cancel)
    {
        _seed = seed;
        LibTorch.Threads = 1; // tensors are small, and the last bit is then the same on any machine
        _start = LanguageModel.Create(new() { VocabularySize = 1, Width = 32, FeedForwardWidth = 64, Layers = 2, Heads = 4, KeyValueHeads = 4, MaximumPositions = RowLength },
            Tokenizer.Train(["one word after the other, and then another word"], 290), (ulong)seed);
        SupervisedTraining.Run(_start.Decoder, step => [.. Enumerable.Range(0, 32).Select(index => Text(32L * step + index))], RowLength, Options(300, 5e-3), null, cancel);
        _reward = RewardModel.Create(_start, trainable: true);
        FitReward(cancel);
    }

    /// <summary>Trains a copy of the start.</summary>
    /// <param name="objective">How.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">Learning rate of the policy; the critic's is three times as high, as in the paper.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    public Behaviour Train(ProximalPolicyOptimization objective, int steps, double rate, CancellationToken cancel)
    {
        using var model = _start.Clone(trainable: true);
        using var critic = _reward.Clone();
        var rollout = new Rollout(model, _seed, 1, Generation);
        ProximalPolicyTraining.Run(model.Decoder, _start.Decoder, critic, new Schedule(3 * rate, 5, Decay.None), step =>
        {
            var prompts = Prompts(PromptsPerStep);
            return rollout.Sample(step, prompts, answers => _reward.Score([.. answers.Select(each => (int[])[.. prompts[each.Prompt], .. each.Answer.Tokens])], cancel), cancel);
        }, objective, RowLength, Options(steps, rate), null, cancel);
        return Measure(model, cancel);
    }

    /// <summary>What the start does.</summary>
    public Behaviour Start(CancellationToken cancel) => Measure(_start, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _reward.Dispose();
        _start.Dispose();
    }

    /// <summary>What a model does at temperature 1.</summary>
    private Behaviour Measure(LanguageModel model, CancellationToken cancel)
    {
        var prompts = Prompts(Measured);
        var written = new BatchGenerator(model).Generate(prompts, Generation with { Temperature = 1, Seed = new Draws(_seed, "ppo-max.measure").NextBits() }, cancel);
        var lengths = new RunningScale().With([.. written.Select(answer => (double)answer.Tokens.Length)]);
        return new(written.Average(answer => Worth(answer.Tokens)), _reward.Score([.. written.Select((answer, index) => (int[])[.. prompts[index], .. answer.Tokens])], cancel).Average(), lengths.Mean, lengths.Deviation);
    }

    /// <summary>Four answers of the start to each prompt, the best against the worst.</summary>
    private void FitReward(CancellationToken cancel)
    {
        var groups = new Rollout(_start, _seed, 4, Generation).Sample(0, Prompts(128), (_, answer) => Worth(answer.Tokens), cancel);
        ComparedPair[] pairs = [.. groups.Select(group => Enumerable.Range(0, group.Answers.Count).OrderBy(index => group.Rewards[index]).ToArray() is var order && group.Rewards[order[^1]] > group.Rewards[order[0]]
            ? new ComparedPair(new PairExample(group.Answers[order[^1]], group.Answers[order[0]])) : null).OfType<ComparedPair>()];
        var batches = new EpochBatches(new EpochOrder(pairs.Length, 16, _seed, "ppo-max.reward"));
        RewardTraining.Run(_reward, pairs, batches.Batch, new BradleyTerry(0.01), RowLength, Options(40, 3e-3), null, cancel);
    }

    private int End => _start.Tokenizer.Special.End;

    /// <summary>A prompt and 6 to 14 words, 40 of 100 of them good.</summary>
    private TokenExample Text(long index)
    {
        var draws = new Draws(_seed, "ppo-max.text", index);
        int[] words = [.. Enumerable.Range(0, draws.Between(6, 14)).Select(_ => FirstWord + 2 * draws.Next(Words / 2) + (draws.Chance(0.4) ? 0 : 1))];
        return TokenExample.Completion(Prompt(draws.Next(Topics)), [.. words, End]);
    }

    private double Worth(int[] answer)
    {
        int[] words = [.. answer.Where(id => id != End)];
        return words.Length == 0 ? 0 : words.Where(id => id is >= FirstWord and < FirstWord + Words && id % 2 == 0).Distinct().Count() / (double)words.Length;
    }

    private static int[][] Prompts(int count) => [.. Enumerable.Range(0, count).Select(index => Prompt(index % Topics))];

    private static int[] Prompt(int topic) => [1, FirstTopic + topic];

    private static GenerationOptions Generation => new() { MaxNewTokens = MostTokens, BatchSize = Measured };

    private static TrainingOptions Options(int steps, double rate) => new() { Steps = steps, LearningRate = new Schedule(rate, 5, Decay.None) };

    /// <param name="True">Mean of what answers are worth.</param>
    /// <param name="Proxy">Mean of what the reward model gives.</param>
    /// <param name="Length">Mean tokens of an answer, its end included.</param>
    /// <param name="LengthDeviation">Their deviation.</param>
    public sealed record Behaviour(double True, double Proxy, double Length, double LengthDeviation);
}
