namespace Plumbline.Auditing;

/// <summary>Everything that one subject did with one suite, and what it comes to.</summary>
public sealed record SubjectAudit
{
    /// <summary>Who was audited.</summary>
    public required string Subject { get; init; }

    /// <summary>Which weights, which prompt, which middleware.</summary>
    public required string Description { get; init; }

    /// <summary>Name of the suite.</summary>
    public required string Suite { get; init; }

    /// <summary>Version of the suite.</summary>
    public required string SuiteVersion { get; init; }

    /// <summary>Hash of what was asked (<see cref="SuiteHash.Of"/>): two audits with the same hash are about the same items.</summary>
    public required string SuiteHash { get; init; }

    /// <summary>Seed that every item's own seed was derived from.</summary>
    public required long Seed { get; init; }

    /// <summary>What was measured, in the order of the report.</summary>
    public required IReadOnlyList<Measure> Measures { get; init; }

    /// <summary>Every item with its transcript and verdict, in the order of the suite.</summary>
    public required IReadOnlyList<AuditedItem> Items { get; init; }

    /// <summary>Each measure over all items.</summary>
    public IReadOnlyList<MeasureEstimate> Estimates => Estimate(Items);

    /// <summary>One measure over all items, or null if the suite does not measure it.</summary>
    public MeasureEstimate? this[string measure] =>
        Measures.FirstOrDefault(known => known.Name == measure) is { } known ? MeasureEstimate.Of(known, Items, Seed) : null;

    /// <summary>Each measure by the rule that the verdict is about, in the order in which rules first appear.</summary>
    public IReadOnlyList<Breakdown> ByRule => BreakDown(Items.GroupBy(item => item.Verdict.Rule));

    /// <summary>Each measure by tag and by value of the tag.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Breakdown>> ByTag =>
        Items.SelectMany(item => item.Item.Tags.Keys).Distinct(StringComparer.Ordinal).ToDictionary(tag => tag,
            tag => BreakDown(Items.Where(item => item.Item.Tags.ContainsKey(tag)).GroupBy(item => (string?)item.Item.Tags[tag])), StringComparer.Ordinal);

    /// <summary>Tokens read, over all items.</summary>
    public long InputTokens => Items.Sum(item => item.Transcript.InputTokens);

    /// <summary>Tokens written, over all items.</summary>
    public long OutputTokens => Items.Sum(item => item.Transcript.OutputTokens);

    /// <summary>Verdicts that a rule was broken, each with the rule, so that it leads back to the sentence that the rule comes from (081).</summary>
    /// <param name="specification">Where the rules stand; a verdict about a rule that is not in it is no finding.</param>
    public IReadOnlyList<Finding> Findings(Specification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        var rules = specification.Rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal);
        return [.. from item in Items
                   where item.Verdict.Rule is { } id && rules.ContainsKey(id) && item.Misses(Measures).Any()
                   select new Finding(rules[item.Verdict.Rule!], item.Transcript, item.Verdict)];
    }

    /// <summary>Writes the audit as JSON lines: a header, then a line for each item.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default) => TranscriptFile.WriteAsync(path, this, cancellationToken);

    /// <summary>Reads an audit that was saved; the file is not trusted.</summary>
    /// <exception cref="InputException">The file is missing or a line is not as it should be; the place names the line.</exception>
    public static Task<SubjectAudit> ReadAsync(string path, CancellationToken cancellationToken = default) => TranscriptFile.ReadAsync(path, cancellationToken);

    private IReadOnlyList<Breakdown> BreakDown(IEnumerable<IGrouping<string?, AuditedItem>> groups) =>
        [.. groups.Select(group => new Breakdown(group.Key, group.Count(), Estimate([.. group])))];

    private MeasureEstimate[] Estimate(IReadOnlyCollection<AuditedItem> items) =>
        [.. Measures.Select(measure => MeasureEstimate.Of(measure, items, Seed))];
}
