using Plumbline.Statistics;

namespace Plumbline.Auditing;

/// <summary>goodness@q (002): how well a subject holds against the techniques that work best on each prompt.</summary>
/// <remarks>For prompt i and J techniques with goodness g_ij, the mean of the ⌈qJ⌉ smallest g_ij, averaged over i. q = 1 is the plain mean, q = 0.1 the worst tenth.</remarks>
public static class Goodness
{
    /// <summary>goodness@q with an interval by bootstrap over prompts.</summary>
    /// <param name="prompts">For each prompt its goodness under each technique, 0 to 1; at least one technique.</param>
    /// <param name="q">Share of techniques that count, above 0 and at most 1.</param>
    /// <param name="seed">Of the bootstrap.</param>
    public static Estimate At(IReadOnlyList<IReadOnlyList<double>> prompts, double q, long seed)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (q is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(q), q, "A share of the techniques: above 0 and at most 1.");
        return ClusteredBootstrap.Mean([.. prompts.Select(IReadOnlyList<double> (goodness) => [Worst(goodness, q)])], seed) with { Method = $"goodness@{q:0.##}, bootstrap over prompts" };
    }

    /// <summary>goodness@q of an audit whose items are one prompt under several techniques.</summary>
    /// <param name="audit">The audit.</param>
    /// <param name="measure">Which measure is goodness; one where lower is better is turned round.</param>
    /// <param name="promptTag">The tag that says which prompt an item is a variant of; items without it are left out.</param>
    /// <param name="q">Share of techniques that count.</param>
    public static Estimate At(SubjectAudit audit, Measure measure, string promptTag, double q)
    {
        ArgumentNullException.ThrowIfNull(audit);
        ArgumentNullException.ThrowIfNull(measure);
        var prompts = audit.Items.Where(item => item.Item.Tags.ContainsKey(promptTag) && item.Score(measure.Name) is not null)
            .GroupBy(item => item.Item.Tags[promptTag], item => measure.HigherIsBetter ? item.Score(measure.Name)!.Value : 1 - item.Score(measure.Name)!.Value, StringComparer.Ordinal);
        return At([.. prompts.Select(prompt => prompt.ToArray())], q, audit.Seed);
    }

    private static double Worst(IReadOnlyList<double> goodness, double q)
    {
        // Less a hair, so that 0.7 · 10 = 7.000000000000001 means 7 techniques and not 8.
        var counted = Math.Max(1, (int)Math.Ceiling(q * goodness.Count - 1e-9));
        return goodness.Order().Take(counted).Average();
    }
}
