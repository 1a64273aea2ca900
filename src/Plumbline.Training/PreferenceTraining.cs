using Plumbline.Models;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Preference optimisation with any <see cref="PairObjective"/>; the reference is the policy as it was at the start, or with its adapter off where that alone is trained; its numbers are computed once.</summary>
public static class PreferenceTraining
{
    private const int ReferencePairs = 64;

    /// <summary>Trains.</summary>
    /// <param name="decoder">The policy, with the weights it starts from even when a checkpoint is taken up.</param>
    /// <param name="pairs">All pairs; prompt and answer fit into a row.</param>
    /// <param name="batches">Which pairs make up a step, by its number from 0; a pure function.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="rowLength">Tokens in a packed row.</param>
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
        var reference = Reference(decoder, (options.Parameters ?? ParameterGroup.Of(decoder)).LeavesReference(decoder), pairs, rowLength, cancel);
        TrainingLoop.Run(decoder, options, step =>
        {
            var taken = batches(step);
            var passes = StepPass.Update(StepPass.Split(options.Together.Share(taken, index => pairs[index].Tokens), index => pairs[index].Tokens, options.TokensPerPass), taken.Count, part => part.Count,
                part => objective.Compute(Columns(decoder, [.. part.Select(index => pairs[index])], rowLength, [.. part.Select(index => reference[index])])));
            return new TrainingStep(passes, taken.Sum(index => pairs[index].Tokens));
        }, progress, cancel);
    }

    private static PairLogProbs Columns(Decoder decoder, PairExample[] pairs, int rowLength, (float Chosen, float Rejected)[] reference)
    {
        var (chosen, rejected) = Sums(decoder, pairs, rowLength);
        return new PairLogProbs(chosen, rejected, Column(reference.Select(each => each.Chosen)), Column(reference.Select(each => each.Rejected)),
            Column(pairs.Select(pair => (float)pair.Chosen.Trained)), Column(pairs.Select(pair => (float)pair.Rejected.Trained)));

        Tensor Column(IEnumerable<float> values) => tensor(values.ToArray(), device: decoder.Device);
    }

    private static (Tensor Chosen, Tensor Rejected) Sums(Decoder decoder, PairExample[] pairs, int rowLength)
    {
        TokenExample[] examples = [.. pairs.Select(pair => pair.Chosen), .. pairs.Select(pair => pair.Rejected)];
        var sums = SequenceScores.Of(decoder, examples, rowLength).Sums(examples.Length);
        return (sums.narrow(0, 0, pairs.Length), sums.narrow(0, pairs.Length, pairs.Length));
    }

    private static (float Chosen, float Rejected)[] Reference(Decoder decoder, bool withoutAdapter, IReadOnlyList<PairExample> pairs, int rowLength, CancellationToken cancel)
    {
        using var bare = withoutAdapter ? decoder.WithoutAdapter() : null;
        using var off = no_grad();
        var columns = new List<(float, float)>(pairs.Count);
        foreach (var part in pairs.Chunk(ReferencePairs))
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (chosen, rejected) = Sums(decoder, part, rowLength);
            columns.AddRange(chosen.cpu().data<float>().ToArray().Zip(rejected.cpu().data<float>().ToArray()));
        }

        return [.. columns];
    }
}
