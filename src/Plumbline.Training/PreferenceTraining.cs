using Plumbline.Models;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Two answers to one prompt as tokens; the answers are the trained part.</summary>
/// <param name="Chosen">Prompt and better answer.</param>
/// <param name="Rejected">Prompt and worse answer.</param>
public sealed record PairExample(TokenExample Chosen, TokenExample Rejected);

/// <summary>Preference optimisation with any <see cref="PairObjective"/>; the reference is the policy as it was at the start, its numbers computed once.</summary>
public static class PreferenceTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">The policy, with the weights it starts from even when a checkpoint is taken up.</param>
    /// <param name="pairs">All pairs.</param>
    /// <param name="batches">Which pairs make up a step, by its number from 0; a pure function.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="rowLength">Tokens in a packed row.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    public static void Run(Decoder decoder, IReadOnlyList<PairExample> pairs, Func<int, IReadOnlyList<int>> batches, PairObjective objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        var reference = Reference(decoder, pairs, rowLength, cancel);
        TrainingLoop.Run(decoder, options, step =>
        {
            var chosen = batches(step);
            var columns = Columns(decoder, [.. chosen.Select(index => pairs[index])], rowLength, [.. chosen.Select(index => reference[index])]);
            var losses = objective.PerPair(columns);
            return new StepLoss(losses.mean(), chosen.Sum(index => pairs[index].Chosen.Ids.Length + pairs[index].Rejected.Ids.Length), new Dictionary<string, Tensor>
            {
                ["accuracy"] = (columns.ChosenRatio > columns.RejectedRatio).to(ScalarType.Float32).mean(),
                ["margin"] = (columns.ChosenRatio - columns.RejectedRatio).mean(),
            });
        }, progress, cancel);
    }

    private static PairLogProbs Columns(Decoder decoder, PairExample[] pairs, int rowLength, (float Chosen, float Rejected)[] reference)
    {
        TokenExample[] examples = [.. pairs.Select(pair => pair.Chosen), .. pairs.Select(pair => pair.Rejected)];
        var sums = SequenceScores.Of(decoder, examples, rowLength).Sums(examples.Length);
        return new PairLogProbs(sums.narrow(0, 0, pairs.Length), sums.narrow(0, pairs.Length, pairs.Length),
            tensor(reference.Select(each => each.Chosen).ToArray()), tensor(reference.Select(each => each.Rejected).ToArray()),
            Lengths(pairs.Select(pair => pair.Chosen)), Lengths(pairs.Select(pair => pair.Rejected)));
    }

    private static Tensor Lengths(IEnumerable<TokenExample> examples) => tensor(examples.Select(example => (float)example.Weights.Skip(1).Count(weight => weight != 0)).ToArray());

    private static (float Chosen, float Rejected)[] Reference(Decoder decoder, IReadOnlyList<PairExample> pairs, int rowLength, CancellationToken cancel)
    {
        using var off = no_grad();
        var columns = new List<(float, float)>(pairs.Count);
        foreach (var chunk in pairs.Chunk(64))
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            TokenExample[] examples = [.. chunk.Select(pair => pair.Chosen), .. chunk.Select(pair => pair.Rejected)];
            var sums = SequenceScores.Of(decoder, examples, rowLength).Sums(examples.Length).data<float>().ToArray();
            columns.AddRange(chunk.Select((_, i) => (sums[i], sums[i + chunk.Length])));
        }

        return [.. columns];
    }
}
