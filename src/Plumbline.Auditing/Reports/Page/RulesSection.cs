namespace Plumbline.Auditing.Reports.Page;

/// <summary>The first measure by rule as a picture, before and after, and all measures by rule as a table.</summary>
internal static class RulesSection
{
    public static Html Write(Evidence evidence)
    {
        var (report, measure) = (evidence.Report, evidence.Measures[0]);
        return Html.Of($"""
            <p>{measure.Title}, by the rule that decides the request. The bars are 95 % intervals.</p>
            {Wording.Legend(report.Arms)}
            <div class="forest">
            <div class="forest-row axis" aria-hidden="true"><div></div><div class="scale"><span>0</span><span>25</span><span>50</span><span>75</span><span>100 %</span></div><div></div></div>
            {evidence.RulesTested.Select(rule => Row(evidence, rule, measure))}
            </div>
            {(evidence.RulesUntested.Count == 0 ? Html.Empty : Html.Of($"<p class=\"gap\">No request is decided by {string.Join(", ", evidence.RulesUntested.Select(rule => rule.Id))}: nothing is known of {(evidence.RulesUntested.Count == 1 ? "it" : "them")}.</p>"))}
            <details><summary>All measures by rule</summary>
            {Wording.Table("Every measure by rule", ["Rule", "Measure", .. report.Arms.Select(arm => arm.Title), "Change"],
                from rule in evidence.RulesTested
                from each in evidence.Measures
                where report.Arms.Any(arm => evidence.Estimate(arm, rule, each) is { Estimate.N: > 0 })
                select Wording.Row(Name(rule), [Wording.Text(each.Name), .. report.Arms.Select(arm => MeasuresSection.Cell(evidence.Estimate(arm, rule, each))), Change(evidence, rule, each)]))}
            <p class="note">p is corrected by Holm over the rules, for each measure.</p>
            </details>
            """);
    }

    public static Html Name(string? rule) => rule is null ? Html.Of($"<em>the rules are silent</em>") : Html.Of($"<code>{rule}</code>");

    private static Html Row(Evidence evidence, string? rule, Measure measure)
    {
        var rows = evidence.Report.Arms.Select(arm => (arm, evidence.Estimate(arm, rule, measure)?.Estimate)).Where(row => row.Estimate is not null).Select(row => (row.arm, row.Estimate!)).ToArray();
        return Html.Of($"""
            <div class="forest-row">
            <div><p class="rule">{Name(rule)}</p><p class="must">{evidence.Rule(rule)?.Must ?? "hand over to a person"}</p></div>
            {Bars.Draw(rows, Bars.Describe(rows))}
            <p class="numbers"><span class="values">{string.Join(" → ", rows.Select(row => Figures.Percent(row.Item2.Value)))}</span><br>{Change(evidence, rule, measure)} <small>n = {rows.Select(row => row.Item2.N).DefaultIfEmpty().Max()}</small></p>
            </div>

            """);
    }

    private static Html Change(Evidence evidence, string? rule, Measure measure) =>
        evidence.Changed?.ByRule.FirstOrDefault(change => change.Key == rule)?.Measures.FirstOrDefault(change => change.Measure.Name == measure.Name) is { } change ? Wording.Change(change) : Html.Of($"{Figures.None}");
}
