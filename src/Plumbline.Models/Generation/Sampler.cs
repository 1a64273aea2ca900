using System.Buffers;
using Plumbline.Models.Generation.Constraints;

namespace Plumbline.Models.Generation;

/// <summary>Chooses one token.</summary>
/// <remarks>A few passes over the vocabulary; it is never sorted, and exponentials are taken only of tokens that may be drawn or count towards a share.</remarks>
internal static class Sampler
{
    private const double Margin = 1e-6; // far more than logarithms and exponentials are wrong by

    /// <param name="logits">By token; negative infinity for never.</param>
    /// <param name="options">Temperature, top-k, top-p and min-p, in this order.</param>
    /// <param name="allowed">The tokens to choose from, at least one; null for all.</param>
    /// <param name="uniform">A number in [0, 1): which quantile to take, in the order of the vocabulary.</param>
    public static int Choose(ReadOnlySpan<float> logits, GenerationOptions options, TokenSet? allowed, double uniform)
    {
        if (allowed is null && options.Temperature == 0)
            return Selection.Likeliest(logits);
        var size = Math.Max(logits.Length, Selection.Room(Math.Min(options.TopK, logits.Length)));
        var (ids, scores) = (ArrayPool<int>.Shared.Rent(size), ArrayPool<float>.Shared.Rent(logits.Length));
        var weights = ArrayPool<double>.Shared.Rent(logits.Length);
        try
        {
            return Choose(allowed is null ? logits : default, logits, options, allowed, uniform, ids, scores, weights);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ids);
            ArrayPool<float>.Shared.Return(scores);
            ArrayPool<double>.Shared.Return(weights);
        }
    }

    private static int Choose(ReadOnlySpan<float> given, ReadOnlySpan<float> logits, GenerationOptions options, TokenSet? allowed, double uniform, int[] ids, float[] scores, double[] weights)
    {
        var isWhole = true; // places are tokens
        if (allowed is not null)
        {
            isWhole = !allowed.IsSparse;
            given = scores.AsSpan(0, isWhole ? allowed.Mask(logits, scores) : allowed.Gather(logits, ids, scores));
        }
        if (given.IsEmpty)
            return allowed?.First ?? 0;
        var best = Selection.Likeliest(given);
        var greatest = given[best];
        if (!(greatest > float.NegativeInfinity))
            return allowed?.First ?? 0; // the model itself has nothing to say
        if (options.Temperature == 0)
            return isWhole ? best : ids[best];
        if (isWhole && Few(given, greatest, options, ids) is >= 0 and var count)
        {
            for (var index = 0; index < count; index++)
                scores[index] = given[ids[index]]; // in order, so that nothing is overwritten before it is read
            given = scores.AsSpan(0, count);
            isWhole = false;
        }
        Exponentials.Weigh(given, greatest, options.Temperature, weights);
        var candidates = new Candidates(ids, weights.AsSpan(0, given.Length), isWhole);
        if (options.TopK > 0)
            candidates.KeepLargest(options.TopK);
        if (options.TopP < 1)
            candidates.KeepNucleus(options.TopP);
        if (options.MinP > 0)
            candidates.KeepAbove(options.MinP); // the likeliest has the weight 1
        return candidates.Draw(uniform);
    }

    /// <summary>Where few tokens can be drawn, and the others do not count: which.</summary>
    /// <returns>How many; -1 if all count.</returns>
    private static int Few(ReadOnlySpan<float> scores, float greatest, GenerationOptions options, int[] places)
    {
        if (options.TopK > 0 && Selection.Room(options.TopK) < scores.Length)
            return Selection.Largest(scores, options.TopK, places);
        if (options.TopK > 0 || options.TopP < 1 || options.MinP == 0)
            return -1;
        var (least, count) = (MathF.BitDecrement((float)(greatest + options.Temperature * (Math.Log(options.MinP) - Margin))), 0);
        for (var at = Selection.NextAbove(scores, 0, least); at < scores.Length; at = Selection.NextAbove(scores, at + 1, least))
            places[count++] = at;
        return count;
    }
}
