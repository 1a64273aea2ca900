using Plumbline.Models;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Preference optimisation with any <see cref="PairObjective"/>; the reference is the policy as it was at the start, or with its adapter off where that alone is trained; its numbers are computed once.</summary>
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
    /// <exception cref="InputException">An answer does not fit, training diverged, or the checkpoint cannot be used.</exception>
    public static void Run(Decoder decoder, IReadOnlyList<PairExample> pairs, Func<int, IReadOnlyList<int>> batches, PairObjective objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        Packing.RefuseCut(pairs.SelectMany(pair => (TokenExample[])[pair.Chosen, pair.Rejected]), rowLength, index => $"pair {index / 2}, {(index % 2 == 0 ? "chosen" : "rejected")}");
        var bare = (options.Parameters ?? ParameterGroup.Of(decoder)).LeavesReference(decoder);
        var folder = options.Together.IsFirst ? options.ReferenceFolder ?? options.CheckpointFolder : null;
        var start = options.Start ?? (folder is null && options.CheckpointFolder is null ? null : WeightHashes.Of(decoder));
        var reference = ReferenceScores.Of(decoder, bare, pairs, rowLength, folder, start, options.Notes, cancel);
        using var logits = new LogitsBuffer();
        TrainingLoop.Run(decoder, options with { Start = start }, step =>
        {
            var taken = batches(step);
            var passes = StepPass.Update(StepPass.Split(options.Together.Share(taken, index => pairs[index].Tokens), index => pairs[index].Tokens, options.TokensPerPass), taken.Count, part => part.Count,
                part => Loss(decoder, [.. part.Select(index => pairs[index])], [.. part.Select(index => reference[index])], objective, rowLength, logits, options.Checkpointing));
            return new TrainingStep(passes, taken.Sum(index => pairs[index].Tokens));
        }, progress, cancel);
    }

    private static PassLoss Loss(Decoder decoder, PairExample[] pairs, (float Chosen, float Rejected)[] reference, PairObjective objective, int rowLength, LogitsBuffer logits, bool checkpointed)
    {
        TokenExample[] examples = [.. pairs.Select(pair => pair.Chosen), .. pairs.Select(pair => pair.Rejected)];
        var scores = SequenceScores.Of(decoder, examples, rowLength, logits, gradients: true, checkpointed);
        var sums = scores.Sums(examples.Length);
        return new PassLoss(objective.Compute(new PairLogProbs(sums.narrow(0, 0, pairs.Length), sums.narrow(0, pairs.Length, pairs.Length),
            Column(reference.Select(each => each.Chosen)), Column(reference.Select(each => each.Rejected)),
            Column(pairs.Select(pair => (float)pair.Chosen.Trained)), Column(pairs.Select(pair => (float)pair.Rejected.Trained)))), scores);

        Tensor Column(IEnumerable<float> values) => tensor(values.ToArray(), device: decoder.Device);
    }
}
