using Plumbline.Models;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>A pair of answers for a reward model, and by how much the better one should win.</summary>
/// <param name="Pair">The answers.</param>
/// <param name="Margin">By how much; 0 where nobody said.</param>
public sealed record ComparedPair(PairExample Pair, double Margin = 0);

/// <summary>Fits a reward model to comparisons, or an inspector to answers that meet a criterion and answers that do not (<see cref="BinaryCrossEntropy"/>).</summary>
public static class RewardTraining
{
    private const int PairsAtOnce = 32;

    /// <summary>Trains.</summary>
    /// <param name="model">The reward model, with the weights it starts from even when a checkpoint is taken up.</param>
    /// <param name="pairs">All pairs; prompt and answer fit into a row.</param>
    /// <param name="batches">Which pairs make up a step, by its number from 0; a pure function.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <exception cref="InputException">An answer does not fit, training diverged, or the checkpoint cannot be used.</exception>
    public static void Run(RewardModel model, IReadOnlyList<ComparedPair> pairs, Func<int, IReadOnlyList<int>> batches, ScorerObjective objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        Packing.RefuseCut(pairs.SelectMany(each => (TokenExample[])[each.Pair.Chosen, each.Pair.Rejected]), rowLength, index => $"pair {index / 2}, {(index % 2 == 0 ? "chosen" : "rejected")}");
        TrainingLoop.Run(model.Decoder, options, step =>
        {
            ComparedPair[] taken = [.. batches(step).Select(index => pairs[index])];
            var passes = StepPass.Update(StepPass.Split(options.Together.Share(taken, each => each.Pair.Tokens), each => each.Pair.Tokens, options.TokensPerPass), taken.Length, part => part.Count, part =>
            {
                var scores = RewardScores.Of(model, [.. part.Select(each => each.Pair)], gradients: true, options.Checkpointing);
                return new PassLoss(objective.Compute(Columns(scores, part)), scores);
            });
            return new TrainingStep(passes, taken.Sum(each => each.Pair.Tokens));
        }, progress, cancel);
    }

    /// <summary>What the model makes of pairs: loss and statistics as in training, without changing anything.</summary>
    /// <param name="model">The reward model.</param>
    /// <param name="pairs">At least one pair.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns><c>loss</c> and what the objective measures, means over pairs.</returns>
    public static IReadOnlyDictionary<string, double> Evaluate(RewardModel model, IReadOnlyList<ComparedPair> pairs, ScorerObjective objective, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return HeldOut.Mean(pairs, PairsAtOnce, part => part.Count, part => objective.Compute(Columns(RewardScores.Of(model, [.. part.Select(each => each.Pair)]), part)), cancel);
    }

    private static PairScores Columns(RewardScores scores, IReadOnlyList<ComparedPair> pairs) => new(scores.Rewards.narrow(0, 0, pairs.Count), scores.Rewards.narrow(0, pairs.Count, pairs.Count),
        tensor(pairs.Select(each => (float)each.Margin).ToArray(), device: scores.Rewards.device));
}
