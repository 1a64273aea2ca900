using Plumbline.Statistics;

namespace Plumbline.Auditing;

/// <summary>Two audits of the same items: what changed, by how much, and how surely.</summary>
/// <remarks>
/// Pairs are items that both audits scored on the measure. Families for Holm's correction, declared here and thus before any run:
/// all measures over all items; all rules for one measure; all values of a tag for one measure.
/// </remarks>
public sealed record Comparison
{
    /// <summary>The first audit.</summary>
    public required SubjectAudit Before { get; init; }

    /// <summary>The second audit.</summary>
    public required SubjectAudit After { get; init; }

    /// <summary>Each measure over all items.</summary>
    public required IReadOnlyList<MeasureChange> Measures { get; init; }

    /// <summary>Each measure by rule.</summary>
    public required IReadOnlyList<GroupChange> ByRule { get; init; }

    /// <summary>Each measure by tag and by value of the tag.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<GroupChange>> ByTag { get; init; }

    /// <summary>Conversations whose verdict changed: what got worse first, each in the order of the suite.</summary>
    public required IReadOnlyList<ChangedConversation> Changed { get; init; }

    /// <summary>The test of one measure, or null if it was not measured.</summary>
    public PairedTest? this[string measure] => Measures.FirstOrDefault(change => change.Measure.Name == measure)?.Test;

    /// <summary>Compares two audits.</summary>
    /// <param name="before">The first.</param>
    /// <param name="after">The second, of the same items.</param>
    /// <exception cref="InputException">The audits are not about the same items.</exception>
    public static Comparison Of(SubjectAudit before, SubjectAudit after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.SuiteHash != after.SuiteHash || !before.Items.Select(item => item.Item.Id).SequenceEqual(after.Items.Select(item => item.Item.Id)))
        {
            throw new InputException($"audits of '{before.Subject}' and '{after.Subject}'", $"they are not about the same items ({before.SuiteHash} and {after.SuiteHash}).",
                "A paired test needs both subjects to answer the same items: audit them with the same suite and seed.");
        }

        (AuditedItem Before, AuditedItem After)[] pairs = [.. before.Items.Zip(after.Items)];
        var tags = pairs.SelectMany(pair => pair.After.Item.Tags.Keys).Distinct(StringComparer.Ordinal);
        return new Comparison
        {
            Before = before,
            After = after,
            Measures = [.. after.Measures.Zip(PairedTest.Family([.. after.Measures.Select(measure => Test(measure, pairs, after.Seed))]), (measure, test) => new MeasureChange(measure, test))],
            ByRule = Break(after, pairs.GroupBy(pair => pair.After.Verdict.Rule ?? pair.Before.Verdict.Rule)),
            ByTag = tags.ToDictionary(tag => tag, tag => Break(after, pairs.Where(pair => pair.After.Item.Tags.ContainsKey(tag)).GroupBy(pair => (string?)pair.After.Item.Tags[tag])), StringComparer.Ordinal),
            Changed = [.. pairs.Select(pair => ChangedConversation.Of(pair.Before, pair.After, after.Measures)).OfType<ChangedConversation>().OrderBy(changed => changed.Worse.Count == 0)],
        };
    }

    private static PairedTest Test(Measure measure, IEnumerable<(AuditedItem Before, AuditedItem After)> pairs, long seed)
    {
        var scored = pairs.Select(pair => (Before: pair.Before.Score(measure.Name), After: pair.After.Score(measure.Name)))
            .Where(pair => pair is { Before: not null, After: not null }).ToArray();
        return PairedTest.Of([.. scored.Select(pair => pair.Before!.Value)], [.. scored.Select(pair => pair.After!.Value)], seed);
    }

    private static IReadOnlyList<GroupChange> Break(SubjectAudit audit, IEnumerable<IGrouping<string?, (AuditedItem Before, AuditedItem After)>> groups)
    {
        var parts = groups.ToArray();
        var families = audit.Measures.Select(measure => PairedTest.Family([.. parts.Select(part => Test(measure, part, audit.Seed))])).ToArray();
        return [.. parts.Select((part, i) => new GroupChange(part.Key, [.. audit.Measures.Select((measure, m) => new MeasureChange(measure, families[m][i]))]))];
    }
}

/// <summary>The paired test of a measure.</summary>
/// <param name="Measure">What was measured.</param>
/// <param name="Test">The test, corrected within its family.</param>
public sealed record MeasureChange(Measure Measure, PairedTest Test)
{
    /// <summary>Whether the difference is in the right direction; false for none.</summary>
    public bool IsBetter => Measure.HigherIsBetter ? Test.Difference > 0 : Test.Difference < 0;

    /// <summary>Whether chance is an unlikely explanation: adjusted p below 0.05.</summary>
    public bool IsSure => (Test.AdjustedPValue ?? Test.PValue) < 0.05;
}

/// <summary>The paired tests of one part of the items.</summary>
/// <param name="Key">Identifier of the rule or value of the tag; null where the rules are silent.</param>
/// <param name="Measures">In the order of the suite.</param>
public sealed record GroupChange(string? Key, IReadOnlyList<MeasureChange> Measures)
{
    /// <summary>The test of one measure.</summary>
    public PairedTest? this[string measure] => Measures.FirstOrDefault(change => change.Measure.Name == measure)?.Test;
}
