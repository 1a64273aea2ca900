using Plumbline.Statistics;

namespace Plumbline.Auditing;

/// <summary>A measure over a group of items, with all three outcomes counted.</summary>
/// <param name="Measure">What is measured.</param>
/// <param name="Estimate">Over the scored items that the measure applies to: Wilson's interval, or a bootstrap over items where scores lie between 0 and 1.</param>
/// <param name="Scored">Items of the group whose answer the judge read, whether or not the measure applies to them.</param>
/// <param name="Unscored">Items whose answer the judge could not read.</param>
/// <param name="Errors">Items that broke before there was an answer.</param>
public sealed record MeasureEstimate(Measure Measure, Estimate Estimate, int Scored, int Unscored, int Errors)
{
    /// <summary>Estimates one measure.</summary>
    /// <param name="measure">Which.</param>
    /// <param name="items">The group.</param>
    /// <param name="seed">Of the bootstrap, where one is needed.</param>
    public static MeasureEstimate Of(Measure measure, IReadOnlyCollection<AuditedItem> items, long seed)
    {
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentNullException.ThrowIfNull(items);
        double[] scores = [.. items.Select(item => item.Score(measure.Name)).OfType<double>()];
        var estimate = scores.All(score => score is 0 or 1)
            ? WilsonInterval.Of(scores.Count(score => score == 1), scores.Length)
            : ClusteredBootstrap.Mean([.. scores.Select(score => new[] { score })], seed);
        return new MeasureEstimate(measure, estimate, Count(Outcome.Scored), Count(Outcome.Unscored), Count(Outcome.Error));

        int Count(Outcome outcome) => items.Count(item => item.Verdict.Outcome == outcome);
    }
}

/// <summary>The measures over one part of the items: those of a rule, or those that carry a tag.</summary>
/// <param name="Key">Identifier of the rule or value of the tag; null where the rules are silent.</param>
/// <param name="Items">How many items.</param>
/// <param name="Measures">In the order of the suite.</param>
public sealed record Breakdown(string? Key, int Items, IReadOnlyList<MeasureEstimate> Measures)
{
    /// <summary>One measure of this part.</summary>
    public MeasureEstimate? this[string measure] => Measures.FirstOrDefault(estimate => estimate.Measure.Name == measure);
}
