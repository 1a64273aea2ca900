using Plumbline.Models;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Training on answers and their revisions, token by token (102, FIGA).</summary>
public static class RevisionTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">Whose weights.</param>
    /// <param name="revisions">All revisions; prompt and answer fit into a row, and each changes something.</param>
    /// <param name="batches">Which of them make up a step, by its number from 0; a pure function.</param>
    /// <param name="objective">The loss.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps, with what the objective measures.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <exception cref="InputException">A revision changes nothing, an answer does not fit, training diverged, or the checkpoint cannot be used.</exception>
    public static void Run(Decoder decoder, IReadOnlyList<RevisionExample> revisions, Func<int, IReadOnlyList<int>> batches, SignedLikelihood objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(revisions);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        Packing.RefuseCut(revisions.SelectMany(each => (TokenExample[])[each.Revised, each.First]), rowLength, index => $"revision {index / 2}, {(index % 2 == 0 ? "revised" : "first")}");
        if (revisions.Index().FirstOrDefault(each => each.Item.Changed == 0) is (var same, not null))
            throw new InputException($"revision {same}", "the revision is the same as the answer.", "Leave it out.");
        using var logits = new LogitsBuffer();
        TrainingLoop.Run(decoder, options, step =>
        {
            RevisionExample[] taken = [.. batches(step).Select(index => revisions[index])];
            var passes = StepPass.Update(StepPass.Split(options.Together.Share(taken, each => each.Tokens), each => each.Tokens, options.TokensPerPass), taken.Length, part => part.Count,
                part => Loss(decoder, part, objective, rowLength, logits, options.Checkpointing));
            return new TrainingStep(passes, taken.Sum(each => each.Tokens));
        }, progress, cancel);
    }

    private static PassLoss Loss(Decoder decoder, IReadOnlyList<RevisionExample> revisions, SignedLikelihood objective, int rowLength, LogitsBuffer logits, bool checkpointed)
    {
        var scores = SequenceScores.Of(decoder, [.. revisions.Select(each => each.Revised), .. revisions.Select(each => each.First)], rowLength, logits, gradients: true, checkpointed);
        var revision = tensor(Enumerable.Range(0, 2 * revisions.Count).Select(text => (long)(text % revisions.Count)).ToArray(), device: decoder.Device);
        return new PassLoss(objective.Compute(new AnswerTokens(scores.LogProbs, scores.Weights, revision.index_select(0, scores.Examples), revisions.Count)), scores);
    }
}
