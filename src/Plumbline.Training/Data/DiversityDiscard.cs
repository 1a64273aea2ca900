namespace Plumbline.Training;

/// <summary>Brings a collection down to a size by discarding from what is common twice over: a common source and a common category (005, STAR-1).</summary>
/// <remarks>
/// p_s and p_c are the shares of a source and of a category. Where both are at least the mean share of their kind, an example is discarded with
/// probability p_s·p_c; elsewhere never. Repeated, with shares counted anew, until the size is reached. If no cell is common in both, the rest
/// is chosen at random.
/// </remarks>
public static class DiversityDiscard
{
    /// <summary>The probability that an example of a cell is discarded in one pass.</summary>
    /// <param name="sourceShare">p_s.</param>
    /// <param name="categoryShare">p_c.</param>
    /// <param name="meanSourceShare">One over the number of sources.</param>
    /// <param name="meanCategoryShare">One over the number of categories.</param>
    public static double Probability(double sourceShare, double categoryShare, double meanSourceShare, double meanCategoryShare) =>
        sourceShare >= meanSourceShare && categoryShare >= meanCategoryShare ? sourceShare * categoryShare : 0;

    /// <summary>Chooses.</summary>
    /// <param name="examples">From what.</param>
    /// <param name="source">Where an example comes from.</param>
    /// <param name="category">What it is about.</param>
    /// <param name="size">How many to keep.</param>
    /// <param name="seed">Same seed, same choice.</param>
    public static IReadOnlyList<T> Apply<T>(IReadOnlyList<T> examples, Func<T, string> source, Func<T, string> category, int size, long seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var kept = examples.ToList();
        for (var pass = 0; kept.Count > size; pass++)
        {
            var draws = new Draws(seed, "star-1.discard", pass);
            var sources = kept.CountBy(source).ToDictionary(each => each.Key, each => each.Value / (double)kept.Count);
            var categories = kept.CountBy(category).ToDictionary(each => each.Key, each => each.Value / (double)kept.Count);
            var before = kept.Count;
            foreach (var example in draws.Shuffle(kept))
            {
                if (kept.Count > size && draws.Chance(Probability(sources[source(example)], categories[category(example)], 1.0 / sources.Count, 1.0 / categories.Count)))
                    kept.Remove(example);
            }

            if (kept.Count == before)
                return [.. draws.Shuffle(kept).Take(size)];
        }

        return kept;
    }
}
