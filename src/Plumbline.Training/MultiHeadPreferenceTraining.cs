using Plumbline.Models;
using Plumbline.Training.Objectives;

namespace Plumbline.Training;

/// <summary>Preference optimisation with an output head for each objective on a backbone that all share (019, MAH-DPO): a pair moves the backbone and the head of its objective.</summary>
/// <remarks>
/// loss = mean over the objectives of a step of the mean over their pairs of −log σ(β·Δ), Δ of the objective's head against that head at the start; any other <see cref="PairObjective"/> will do as well.
/// With one head it is <see cref="PreferenceTraining"/> of a decoder whose output matrix is its own.
/// </remarks>
public static class MultiHeadPreferenceTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">The policy, with <see cref="OutputHeads"/> attached; backbone and heads are trained unless the options say otherwise.</param>
    /// <param name="pairs">All pairs; prompt and answer fit into a row.</param>
    /// <param name="heads">For each pair, the head of the objective that it is about, from 0.</param>
    /// <param name="batches">Which pairs make up a step, by its number from 0; a pure function.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <exception cref="InputException">An answer does not fit, training diverged, the checkpoint cannot be used, or several processes train.</exception>
    public static void Run(Decoder decoder, IReadOnlyList<PairExample> pairs, IReadOnlyList<int> heads, Func<int, IReadOnlyList<int>> batches, PairObjective objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        var all = decoder.Adapter as OutputHeads ?? throw new ArgumentException("The decoder has no output heads: attach them first.", nameof(decoder));
        if (heads.Count != pairs.Count || heads.Any(head => head < 0 || head >= all.Count))
            throw new ArgumentException($"Each of {pairs.Count} pairs has a head from 0 to {all.Count - 1}.", nameof(heads));
        if (options.Together.Size > 1)
            throw new InputException("mpirun", "heads are trained in one process: another might have no pair of a head.", "Train in one process.");
        Packing.RefuseCut(pairs.SelectMany(pair => (TokenExample[])[pair.Chosen, pair.Rejected]), rowLength, index => $"pair {index / 2}, {(index % 2 == 0 ? "chosen" : "rejected")}");
        using var logits = new LogitsBuffer();
        var anchors = objective.Needs.HasFlag(PairColumns.Reference) ? Anchors() : null;
        TrainingLoop.Run(decoder, options with { Parameters = options.Parameters ?? ParameterGroup.Everything }, step =>
        {
            var taken = batches(step);
            var objectives = taken.GroupBy(index => heads[index]).OrderBy(group => group.Key).ToArray();
            var parts = objectives.SelectMany(group => StepPass.Split([.. group], index => pairs[index].Tokens, objective.ComparesPairs ? null : options.TokensPerPass)
                .Select(part => (Head: group.Key, Indices: part, Share: part.Count / (double)group.Count() / objectives.Length))).ToArray();
            return new TrainingStep([.. parts.Select((part, at) => new StepPass(() => Compute(part.Head, part.Indices), part.Share, at == parts.Length - 1))], taken.Sum(index => pairs[index].Tokens));
        }, progress, cancel);
        all.Active = 0;

        PassLoss Compute(int head, IReadOnlyList<int> indices)
        {
            all.Active = head; // on the way back as well: passes follow one another
            var batch = new PairBatch([.. indices.Select(index => pairs[index])]);
            var scores = SequenceScores.Of(decoder, batch.Texts, rowLength, logits, gradients: true, options.Checkpointing);
            return new PassLoss(objective.Compute(batch.Columns(scores, objective.Needs, anchors is null ? [] : [.. indices.Select(index => anchors[index])])), scores);
        }

        PairAnchor[] Anchors()
        {
            var found = new PairAnchor[pairs.Count];
            foreach (var group in Enumerable.Range(0, pairs.Count).GroupBy(index => heads[index]))
            {
                all.Active = group.Key;
                foreach (var (index, anchor) in group.Zip(ReferenceScores.Of(decoder, withoutAdapter: false, [.. group.Select(index => pairs[index])], rowLength, null, null, options.Notes, cancel, objective.Needs.HasFlag(PairColumns.Shared))))
                    found[index] = anchor;
            }
            return found;
        }
    }
}
