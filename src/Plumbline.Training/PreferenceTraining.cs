using Plumbline.Models;
using Plumbline.Training.Objectives;

namespace Plumbline.Training;

/// <summary>Preference optimisation with any <see cref="PairObjective"/>; the reference is the policy as it was at the start, or with its adapter off where that alone is trained; its numbers are computed once, and not at all for a loss without one.</summary>
/// <remarks>They are kept in <see cref="TrainingOptions.ReferenceFolder"/>, so that a run that is taken up, or the next one with other settings, finds them there.</remarks>
public static class PreferenceTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">The policy, with the weights it starts from even when a checkpoint is taken up.</param>
    /// <param name="pairs">All pairs; prompt and answer fit into a row.</param>
    /// <param name="batches">Which pairs make up a step, by its number from 0; a pure function.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <param name="moving">When the reference follows the policy; null: it stays.</param>
    /// <param name="mixture">Other models that are the reference together; null: it is the policy as it was. It cannot move besides, and a run that is taken up needs the same.</param>
    /// <exception cref="InputException">An answer does not fit, training diverged, the checkpoint cannot be used, or the loss compares pairs that lie in several processes.</exception>
    public static void Run(Decoder decoder, IReadOnlyList<PairExample> pairs, Func<int, IReadOnlyList<int>> batches, PairObjective objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel, MovingReference? moving = null, ReferenceMixture? mixture = null)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        var asked = objective.Needs.HasFlag(PairColumns.Reference);
        if (moving is not null && !asked)
            throw new ArgumentException("The loss has no reference that could move.", nameof(moving));
        if (mixture is not null && (!asked || moving is not null))
            throw new ArgumentException(asked ? "A reference of other models does not follow the policy." : "The loss has no reference.", nameof(mixture));
        if (objective.ComparesPairs && options.Together.Size > 1)
            throw new InputException("mpirun", "this loss compares the pairs of a step with each other, and each process has some of them only.", "Train in one process, or with another loss.");
        Packing.RefuseCut(pairs.SelectMany(pair => (TokenExample[])[pair.Chosen, pair.Rejected]), rowLength, index => $"pair {index / 2}, {(index % 2 == 0 ? "chosen" : "rejected")}");
        var folder = options.Together.IsFirst ? options.ReferenceFolder ?? options.CheckpointFolder : null;
        var start = options.Start ?? (folder is null && options.CheckpointFolder is null ? null : WeightHashes.Of(decoder));
        using var logits = new LogitsBuffer();
        var trained = options.Parameters ?? ParameterGroup.Of(decoder);
        using var moved = moving is null ? null : new MovedReference(moving, trained.In(decoder));
        var stays = mixture is not null ? mixture.Scores(pairs, rowLength, objective.Needs.HasFlag(PairColumns.Shared), cancel) : asked && moved is null ? ReferenceScores.Of(decoder, trained.LeavesReference(decoder), pairs, rowLength, folder, start,
            options.Notes, cancel, objective.Needs.HasFlag(PairColumns.Shared)) : null;
        TrainingLoop.Run(decoder, options with { Start = start }, step =>
        {
            moved?.MoveBefore(step);
            var taken = batches(step);
            var parts = StepPass.Split(options.Together.Share(taken, index => pairs[index].Tokens), index => pairs[index].Tokens, objective.ComparesPairs ? null : options.TokensPerPass)
                .Select(part => (Batch: new PairBatch([.. part.Select(index => pairs[index])]), Indices: part)).ToArray();
            var passes = StepPass.Update(moved is null ? parts.Select(part => (part.Batch, Anchor: stays is null ? [] : (PairAnchor[])[.. part.Indices.Select(index => stays[index])])).ToArray()
                : moved.With(() => parts.Select(part => (part.Batch, Anchor: part.Batch.Anchors(decoder, rowLength, logits))).ToArray()), taken.Count, part => part.Batch.Pairs.Count, part =>
                {
                    var scores = SequenceScores.Of(decoder, part.Batch.Texts, rowLength, logits, gradients: true, options.Checkpointing);
                    return new PassLoss(objective.Compute(part.Batch.Columns(scores, objective.Needs, part.Anchor)), scores);
                });
            return new TrainingStep(passes, taken.Sum(index => pairs[index].Tokens));
        }, progress, cancel, moved);
    }
}
