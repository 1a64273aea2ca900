using Plumbline.Auditing.Taxonomy;

namespace Plumbline.Auditing.Reports;

/// <summary>What is computed of a report once and shown several times.</summary>
internal sealed class Evidence
{
    public Evidence(AlignmentReport report)
    {
        if (report.Arms.Count == 0)
            throw new ArgumentException("A report needs at least the base arm.", nameof(report));
        if (report.Final.Audit.Measures.Count == 0)
            throw new ArgumentException("A report needs at least one measure.", nameof(report));
        Report = report;
        Scorecard = report.Scorecard;
        Findings = report.Final.Audit.Findings(report.Specification);
        Comparisons = [.. from later in Enumerable.Range(1, report.Arms.Count - 1)
                          from earlier in Enumerable.Range(0, later)
                          select new ArmComparison(report.Arms[earlier], report.Arms[later], Comparison.Of(report.Arms[earlier].Audit, report.Arms[later].Audit))];
        ByRule = report.Arms.ToDictionary(arm => arm.Key, arm => arm.Audit.ByRule);
        ByTag = report.Arms.ToDictionary(arm => arm.Key, arm => arm.Audit.ByTag);
        Estimates = report.Arms.ToDictionary(arm => arm.Key, arm => arm.Audit.Estimates);
    }

    public AlignmentReport Report { get; }

    public Scorecard Scorecard { get; }

    public IReadOnlyList<Finding> Findings { get; }

    public IReadOnlyList<ArmComparison> Comparisons { get; }

    /// <summary>From the base to the final arm.</summary>
    public Comparison? Changed => Comparisons.FirstOrDefault(comparison => comparison.From == Report.Arms[0] && comparison.To == Report.Final)?.Comparison;

    public IReadOnlyDictionary<string, IReadOnlyList<MeasureEstimate>> Estimates { get; }

    public IReadOnlyDictionary<string, IReadOnlyList<Breakdown>> ByRule { get; }

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<Breakdown>>> ByTag { get; }

    public IReadOnlyList<Measure> Measures => Report.Final.Audit.Measures;

    /// <summary>Rules that verdicts are about in order of the specification, then others, then null for where the rules are silent.</summary>
    public IReadOnlyList<string?> RulesTested
    {
        get
        {
            var tested = ByRule.Values.SelectMany(rules => rules).Select(rule => rule.Key).Distinct().ToArray();
            var known = Report.Specification.Rules.Select(rule => rule.Id).ToArray();
            return [.. known.Where(id => tested.Contains(id)), .. tested.Where(id => id is not null && !known.Contains(id)), .. tested.Where(id => id is null)];
        }
    }

    /// <summary>Rules that no item is about: nothing is known of them (081).</summary>
    public IReadOnlyList<Rule> RulesUntested => [.. Report.Specification.Rules.Where(rule => !RulesTested.Contains(rule.Id))];

    public Rule? Rule(string? id) => Report.Specification.Rules.FirstOrDefault(rule => rule.Id == id);

    public MeasureEstimate Estimate(Arm arm, Measure measure) => Estimates[arm.Key].First(estimate => estimate.Measure.Name == measure.Name);

    public MeasureEstimate? Estimate(Arm arm, string? rule, Measure measure) => ByRule[arm.Key].FirstOrDefault(part => part.Key == rule)?[measure.Name];

    public IEnumerable<string> Tags => Report.Final.Audit.Items.SelectMany(item => item.Item.Tags.Keys).Distinct(StringComparer.Ordinal);

    public MeasureEstimate? Estimate(Arm arm, string tag, string? value, Measure measure) =>
        ByTag[arm.Key].TryGetValue(tag, out var parts) ? parts.FirstOrDefault(part => part.Key == value)?[measure.Name] : null;

    /// <summary>A question of the checklist with the answer given and the answer that the data give.</summary>
    public IReadOnlyList<(ChecklistQuestion Question, IReadOnlyList<string> Answers)> Checklist =>
        [.. Taxonomy.Checklist.Questions.Select(question => (question, (IReadOnlyList<string>)[.. new[] { Report.Answers.GetValueOrDefault(question.Number), Answer(question.Number) }.OfType<string>()]))];

    private string? Answer(int number) => number switch
    {
        1 => "Levels of the dimensions with an instrument: " + string.Join("; ", Report.Coverage.Dimensions.Where(dimension => dimension.Instruments.Count > 0)
            .GroupBy(dimension => dimension.Dimension.Level).Select(level => $"{level.Key.ToString().ToLowerInvariant()} ({string.Join(", ", level.Select(dimension => dimension.Dimension.Code))})")) + ".",
        2 => $"{Report.Final.Audit.Items.Count(item => item.Item.Reference.Rule is null)} of {Report.Final.Audit.Items.Count} items are decided by no rule; {RulesUntested.Count} of {Report.Specification.Rules.Count} rules decide no item.",
        4 => $"{string.Join(", ", Report.Arms.Select(arm => arm.Key))}: all on the same {Report.Final.Audit.Items.Count} items (hash {Report.Final.Audit.SuiteHash}).",
        5 when Worst() is { } worst => worst,
        7 => string.Join("; ", Report.Coverage.Matrix.GroupBy(cell => cell.Assurance).Select(column => $"{Figures.Words(column.Key)}: {(column.Any(cell => cell.Instruments > 0) ? "present" : "absent")}")) + ".",
        9 => string.Join("; ", Report.Arms.Select(arm => $"{arm.Key}: {string.Join(", ", Measures.Select(measure => $"{measure.Name} {Figures.Percent(Estimate(arm, measure).Estimate.Value)}"))}, "
            + $"{Figures.Number((double)(arm.Audit.InputTokens + arm.Audit.OutputTokens) / Math.Max(1, arm.Audit.Items.Count))} tokens an answer")) + ".",
        _ => null,
    };

    /// <summary>The value of the tag <c>pressure</c> at which the first measure is worst, beside the mean.</summary>
    private string? Worst()
    {
        var measure = Measures[0];
        if (!ByTag[Report.Final.Key].TryGetValue("pressure", out var parts))
            return null;
        var worst = parts.Where(part => part[measure.Name] is { Estimate.N: > 0 })
            .MinBy(part => measure.HigherIsBetter ? part[measure.Name]!.Estimate.Value : -part[measure.Name]!.Estimate.Value);
        return worst is null ? null
            : $"{measure.Title}: worst at pressure '{worst.Key}' with {Figures.Interval(worst[measure.Name]!.Estimate)}, mean {Figures.Interval(Estimate(Report.Final, measure).Estimate)}.";
    }
}

/// <summary>Two arms on the same items.</summary>
internal sealed record ArmComparison(Arm From, Arm To, Comparison Comparison);
