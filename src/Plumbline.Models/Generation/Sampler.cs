using System.Buffers;
using Plumbline.Models.Generation.Constraints;

namespace Plumbline.Models.Generation;

/// <summary>Chooses one token.</summary>
/// <remarks>A few passes over the vocabulary; it is never sorted. At most the tokens that are as likely as the last one that <c>top-p</c> lets in are.</remarks>
internal static class Sampler
{
    /// <param name="logits">By token; negative infinity for never.</param>
    /// <param name="options">Temperature, top-k, top-p and min-p, in this order.</param>
    /// <param name="allowed">The tokens to choose from, at least one; null for all.</param>
    /// <param name="uniform">A number in [0, 1): which quantile to take, in the order of the vocabulary.</param>
    public static int Choose(ReadOnlySpan<float> logits, GenerationOptions options, TokenSet? allowed, double uniform)
    {
        var (ids, scores) = (ArrayPool<int>.Shared.Rent(logits.Length), ArrayPool<float>.Shared.Rent(logits.Length));
        var weights = ArrayPool<double>.Shared.Rent(logits.Length);
        try
        {
            var count = Gather(logits, allowed, ids, scores);
            if (count == 0)
                return allowed?.Tokens().First() ?? 0; // the model itself has nothing to say
            var best = Likeliest(scores.AsSpan(0, count));
            if (options.Temperature == 0)
                return ids[best];
            Exponentials.Weigh(scores.AsSpan(0, count), scores[best], options.Temperature, weights);
            var candidates = new Candidates(ids.AsSpan(0, count), weights.AsSpan(0, count));
            if (options.TopK > 0)
                candidates.KeepLargest(options.TopK);
            if (options.TopP < 1)
                candidates.KeepNucleus(options.TopP);
            if (options.MinP > 0)
                candidates.KeepAbove(options.MinP); // the likeliest has the weight 1
            return candidates.Draw(uniform);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ids);
            ArrayPool<float>.Shared.Return(scores);
            ArrayPool<double>.Shared.Return(weights);
        }
    }

    /// <summary>The greatest number; the first of equals.</summary>
    public static int Likeliest(ReadOnlySpan<float> numbers)
    {
        var best = 0;
        for (var at = 1; at < numbers.Length; at++)
        {
            if (numbers[at] > numbers[best] || float.IsNaN(numbers[best]))
                best = at;
        }
        return best;
    }

    private static int Gather(ReadOnlySpan<float> logits, TokenSet? allowed, int[] ids, float[] scores)
    {
        var count = 0;
        if (allowed is not null)
        {
            foreach (var id in allowed.Tokens())
                count = Take(logits, id, count);
            return count;
        }
        for (var id = 0; id < logits.Length; id++)
            count = Take(logits, id, count);
        return count;

        int Take(ReadOnlySpan<float> logits, int id, int count)
        {
            if (!(logits[id] > float.NegativeInfinity))
                return count;
            (ids[count], scores[count]) = (id, logits[id]);
            return count + 1;
        }
    }
}
