using Plumbline.Models;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>A question, and how likely a model's answer to it is right.</summary>
/// <param name="Ids">Tokens of the question, at least one.</param>
/// <param name="Confidence">From 0 to 1: the share of samples that agree, or of samples that are right.</param>
public sealed record ConfidenceExample(int[] Ids, double Confidence)
{
    /// <summary>Tokens of the question.</summary>
    public int[] Ids { get; } = Ids?.Length > 0 ? Ids : throw new ArgumentException("A question has at least one token.", nameof(Ids));

    /// <summary>How likely the answer is right.</summary>
    public double Confidence { get; } = Confidence is >= 0 and <= 1 ? Confidence : throw new ArgumentOutOfRangeException(nameof(Confidence), Confidence, "A confidence is from 0 to 1.");
}

/// <summary>Fits a confidence head, σ of a linear function of the last state of a question, with squared error (065, EliCal).</summary>
/// <remarks>EliCal runs it twice: first on how far a model agrees with itself, which costs nothing, then on a few labels of what is right.</remarks>
public static class ConfidenceTraining
{
    /// <summary>Trains.</summary>
    /// <param name="model">The head and the decoder below it, with the weights they start from even when a checkpoint is taken up.</param>
    /// <param name="examples">All questions.</param>
    /// <param name="batches">Which of them make up a step, by its number from 0; a pure function.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <exception cref="InputException">A question is too long, training diverged, or the checkpoint cannot be used.</exception>
    public static void Run(RewardModel model, IReadOnlyList<ConfidenceExample> examples, Func<int, IReadOnlyList<int>> batches, TrainingOptions options, IProgress<TrainingProgress>? progress,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(options);
        var longest = model.Decoder.Config.MaximumPositions;
        if (examples.Index().FirstOrDefault(each => each.Item.Ids.Length > longest) is { Item: { } question } found)
            throw new InputException($"question {found.Index}", $"it has {question.Ids.Length} tokens.", $"The model reads 1 to {longest}.");
        TrainingLoop.Run(model.Decoder, options, step =>
        {
            ConfidenceExample[] taken = [.. batches(step).Select(index => examples[index])];
            var passes = StepPass.Update(StepPass.Split(options.Together.Share(taken, each => each.Ids.Length), each => each.Ids.Length, options.TokensPerPass), taken.Length, part => part.Count, part =>
            {
                var scores = RewardScores.Of(model, [.. part.Select(each => each.Ids)], gradients: true, options.Checkpointing);
                return new PassLoss(SquaredConfidence.Compute(scores.Rewards, tensor(part.Select(each => (float)each.Confidence).ToArray(), device: scores.Rewards.device)), scores);
            });
            return new TrainingStep(passes, taken.Sum(each => each.Ids.Length));
        }, progress, cancel);
    }

    /// <summary>How sure a model is of its answers to questions, from 0 to 1.</summary>
    /// <param name="model">The head and its decoder.</param>
    /// <param name="questions">Tokens of each.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <exception cref="InputException">A question is empty or too long.</exception>
    public static IReadOnlyList<double> Confidences(RewardModel model, IReadOnlyList<int[]> questions, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.Score(questions, cancel).Select(score => 1 / (1 + Math.Exp(-score)))];
    }
}
