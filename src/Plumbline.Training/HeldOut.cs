using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>What a model makes of data that it is not trained on: the loss of training, without changing anything.</summary>
public static class HeldOut
{
    private const int ExamplesAtOnce = 32;

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

    /// <summary>Log-probabilities of the answers of pairs, summed over the tokens of each: the anchor that a preference loss is measured against.</summary>
    /// <param name="decoder">Whose.</param>
    /// <param name="pairs">The pairs; prompt and answer fit into a row.</param>
    /// <param name="rowLength">Tokens in a packed row.</param>
    /// <param name="cancel">Stops between batches.</param>
    public static IReadOnlyList<(float Chosen, float Rejected)> LogProbs(Decoder decoder, IReadOnlyList<PairExample> pairs, int rowLength, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        using var off = no_grad();
        using var logits = new LogitsBuffer();
        var sums = new List<(float, float)>(pairs.Count);
        foreach (var part in pairs.Chunk(ExamplesAtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var numbers = Sums(decoder, part, rowLength, logits).cpu().data<float>().ToArray();
            sums.AddRange(part.Select((_, index) => (numbers[index], numbers[part.Length + index])));
        }
        return sums;
    }

    /// <summary>A preference loss on pairs.</summary>
    /// <param name="decoder">The policy.</param>
    /// <param name="pairs">At least one pair; prompt and answer fit into a row.</param>
    /// <param name="anchor">What <see cref="LogProbs"/> gave for the reference, in the order of the pairs.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="rowLength">Tokens in a packed row.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns><c>loss</c> and what the objective measures, means over pairs.</returns>
    public static IReadOnlyDictionary<string, double> Preferences(Decoder decoder, IReadOnlyList<PairExample> pairs, IReadOnlyList<(float Chosen, float Rejected)> anchor, PairObjective objective, int rowLength,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(anchor);
        ArgumentNullException.ThrowIfNull(objective);
        using var logits = new LogitsBuffer();
        return Mean([.. Enumerable.Range(0, pairs.Count)], ExamplesAtOnce, part => part.Count, part =>
        {
            PairExample[] taken = [.. part.Select(index => pairs[index])];
            var sums = Sums(decoder, taken, rowLength, logits);
            return objective.Compute(new PairLogProbs(sums.narrow(0, 0, taken.Length), sums.narrow(0, taken.Length, taken.Length),
                Column(part.Select(index => anchor[index].Chosen)), Column(part.Select(index => anchor[index].Rejected)),
                Column(taken.Select(pair => (float)pair.Chosen.Trained)), Column(taken.Select(pair => (float)pair.Rejected.Trained))));
        }, cancel);

        Tensor Column(IEnumerable<float> values) => tensor(values.ToArray(), device: decoder.Device);
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

    private static Tensor Sums(Decoder decoder, PairExample[] pairs, int rowLength, LogitsBuffer logits)
    {
        TokenExample[] examples = [.. pairs.Select(pair => pair.Chosen), .. pairs.Select(pair => pair.Rejected)];
        return SequenceScores.Of(decoder, examples, rowLength, logits).Sums(examples.Length);
    }
}
