using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>What a model makes of data that it is not trained on: the loss of training, without changing anything.</summary>
public static class HeldOut
{
    internal const int ExamplesAtOnce = 32;

    /// <summary>Likelihood of examples.</summary>
    /// <param name="decoder">Whose.</param>
    /// <param name="examples">At least one; what is longer than a row is cut at the end.</param>
    /// <param name="rowLength">Tokens in a packed row.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns><c>loss</c>: mean of −log π over trained tokens, natural logarithm; <c>perplexity</c>: its exponential.</returns>
    public static IReadOnlyDictionary<string, double> Likelihood(Decoder decoder, IReadOnlyList<TokenExample> examples, int rowLength, CancellationToken cancel)
    {
        using var logits = new LogitsBuffer();
        var found = Mean(examples, ExamplesAtOnce, part => part.Sum(example => example.Weights.Skip(1).Sum()), part =>
        {
            var scores = SequenceScores.Of(decoder, part, rowLength, logits);
            return WeightedLikelihood.Compute(scores.LogProbs, scores.Weights);
        }, cancel);
        return new Dictionary<string, double>(found) { ["perplexity"] = Math.Exp(found["loss"]) };
    }

    /// <summary>Log-probabilities of the answers of pairs: the anchor that a preference loss is measured against.</summary>
    /// <param name="decoder">Whose.</param>
    /// <param name="pairs">The pairs; prompt and answer fit into a row.</param>
    /// <param name="rowLength">Tokens in a packed row.</param>
    /// <param name="cancel">Stops between batches.</param>
    public static IReadOnlyList<PairAnchor> LogProbs(Decoder decoder, IReadOnlyList<PairExample> pairs, int rowLength, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        using var logits = new LogitsBuffer();
        return [.. pairs.Chunk(ExamplesAtOnce).SelectMany(part =>
        {
            cancel.ThrowIfCancellationRequested();
            return new PairBatch(part).Anchors(decoder, rowLength, logits);
        })];
    }

    /// <summary>A preference loss on pairs.</summary>
    /// <param name="decoder">The policy.</param>
    /// <param name="pairs">At least one pair; prompt and answer fit into a row.</param>
    /// <param name="anchor">What <see cref="LogProbs"/> gave for the reference, in the order of the pairs; empty where the loss asks for none.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="rowLength">Tokens in a packed row.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns><c>loss</c> and what the objective measures, means over pairs.</returns>
    public static IReadOnlyDictionary<string, double> Preferences(Decoder decoder, IReadOnlyList<PairExample> pairs, IReadOnlyList<PairAnchor> anchor, PairObjective objective, int rowLength,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(anchor);
        ArgumentNullException.ThrowIfNull(objective);
        using var logits = new LogitsBuffer();
        return Mean([.. Enumerable.Range(0, pairs.Count)], ExamplesAtOnce, part => part.Count, part =>
        {
            var batch = new PairBatch([.. part.Select(index => pairs[index])]);
            return objective.Compute(batch.Columns(SequenceScores.Of(decoder, batch.Texts, rowLength, logits), objective.Needs, anchor.Count == 0 ? [] : [.. part.Select(index => anchor[index])]));
        }, cancel);
    }

    /// <summary>Means of a loss and its statistics over parts, each weighted by its size.</summary>
    internal static IReadOnlyDictionary<string, double> Mean<T>(IReadOnlyList<T> things, int atOnce, Func<IReadOnlyList<T>, double> size, Func<IReadOnlyList<T>, ObjectiveLoss> compute, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(things);
        using var off = no_grad();
        var sums = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var total = 0.0;
        foreach (var part in things.Chunk(atOnce))
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var weight = size(part);
            if (weight == 0)
                continue;
            var loss = compute(part);
            foreach (var (name, value) in loss.Statistics.Append(new("loss", loss.Value)))
                sums[name] = sums.GetValueOrDefault(name) + weight * value.to(ScalarType.Float64).item<double>();
            total += weight;
        }
        return total > 0 ? sums.ToDictionary(each => each.Key, each => each.Value / total) : throw new ArgumentException("There is nothing to measure.", nameof(things));
    }
}
