using System.Globalization;
using System.Text;

namespace Plumbline.Auditing.Reports;

/// <summary>The system card (002): what the model is, how it was made, what it was measured on, what the gates say, what its limits are.</summary>
internal static class SystemCard
{
    public static string Write(Evidence evidence)
    {
        var report = evidence.Report;
        var card = new StringBuilder();
        Line(card, $"# System card: {Markdown.Escape(report.Title)}", "");
        Line(card, $"{report.When.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, specification {Markdown.Escape(report.Specification.Name)} {Markdown.Escape(report.Specification.Version)}.", "");
        Section(card, "What it is", [report.Model.Length > 0 ? Markdown.Escape(report.Model) : "Not described.", .. report.Arms.Select(arm => $"- {Markdown.Escape(arm.Title)}: {Markdown.Escape(arm.Audit.Description)}")]);
        Section(card, "How it was made", report.Making.Count > 0 ? report.Making.Select((step, i) => $"{i + 1}. {Markdown.Escape(step)}") : ["Not described."]);
        Section(card, "What it was told to do", report.Specification.Rules.Select(rule => $"- **{Markdown.Escape(rule.Id)}** ({Figures.Words(rule.Kind)}): must {Markdown.Escape(rule.Must)}"
            + (rule.Source is null ? "" : $". From {Markdown.Escape(Figures.Place(rule)!)}" + (rule.Source.Sentence is { } sentence ? $": “{Markdown.Escape(sentence)}”" : ""))));
        Section(card, "What it was measured on", Measured(evidence));
        Section(card, "Gates", Gates(evidence.Scorecard));
        Section(card, "Findings", Findings(evidence));
        Section(card, "Limits", Limits(evidence));
        return card.ToString();
    }

    private static IEnumerable<string> Measured(Evidence evidence)
    {
        var report = evidence.Report;
        var audit = report.Final.Audit;
        yield return $"Suite {Markdown.Escape(audit.Suite)} {Markdown.Escape(audit.SuiteVersion)} ({audit.SuiteHash}), {audit.Items.Count} items, seed {audit.Seed}. In brackets the 95 % interval and the number of items that the measure applies to.";
        yield return "";
        yield return $"| Measure | {string.Join(" | ", report.Arms.Select(arm => Markdown.Escape(arm.Title)))} | Change in points | p (Holm) |";
        yield return $"| --- |{string.Concat(Enumerable.Repeat(" --- |", report.Arms.Count + 2))}";
        foreach (var measure in evidence.Measures)
        {
            var test = evidence.Changed?[measure.Name];
            yield return $"| {Markdown.Escape(measure.Title)} ({(measure.HigherIsBetter ? "higher" : "lower")} is better) | {string.Join(" | ", report.Arms.Select(arm => Figures.Interval(evidence.Estimate(arm, measure).Estimate)))} | "
                + (test is null ? "– | – |" : $"{Figures.Points(test.Difference)} ({Figures.Ends(test.Low, test.High)}) | {Figures.P(test)} |");
        }

        yield return "";
        foreach (var arm in report.Arms)
        {
            var counts = evidence.Estimates[arm.Key][0];
            yield return $"- {Markdown.Escape(arm.Title)}: {counts.Scored} scored, {counts.Unscored} could not be read, {counts.Errors} broke.";
        }
    }

    private static IEnumerable<string> Gates(Scorecard card)
    {
        yield return $"**{(card.Deploy ? "Deploy" : "Hold")}**: a gate is open up to level {Figures.Words(card.Highest)}; what was not measured holds. Thresholds were declared before the run.";
        yield return "";
        yield return "| Gate | Risk | Level | Cannot be ruled out | Medium, high, critical from | Open |";
        yield return "| --- | --- | --- | --- | --- | --- |";
        foreach (var result in card.Results)
        {
            yield return $"| {Markdown.Escape(result.Gate.Title)} | {Figures.Percent(result.Risk)} | {Figures.Words(result.Level)} | {Figures.Percent(result.WorstRisk)}, {Figures.Words(result.WorstLevel)} | "
                + $"{Figures.Percent(result.Gate.Medium)}, {Figures.Percent(result.Gate.High)}, {Figures.Percent(result.Gate.Critical)} | {(result.IsOpen(card.Highest) ? "yes" : "no")} |";
        }
    }

    private static IEnumerable<string> Findings(Evidence evidence)
    {
        if (evidence.Findings.Count == 0)
            yield return $"None in {evidence.Report.Final.Audit.Items.Count} items.";
        foreach (var rule in evidence.Findings.GroupBy(finding => finding.Rule.Id))
        {
            var first = rule.First();
            yield return $"- **{Markdown.Escape(rule.Key)}**, {rule.Count()} {(rule.Count() == 1 ? "time" : "times")}"
                + (Figures.Place(first.Rule) is { } place ? $" ({Markdown.Escape(place)})" : "")
                + $". For example: asked “{Markdown.Escape(first.Transcript.Item.Messages[^1].Text, 300)}”, it said “{Markdown.Escape(first.Transcript.Answer, 300)}” – {Markdown.Escape(first.Verdict.Reason, 300)}";
        }
    }

    private static IEnumerable<string> Limits(Evidence evidence)
    {
        var coverage = evidence.Report.Coverage;
        foreach (var limit in evidence.Report.Limits)
            yield return $"- {Markdown.Escape(limit)}";
        if (evidence.RulesUntested.Count > 0)
            yield return $"- No item is about these rules, so nothing is known of them: {string.Join(", ", evidence.RulesUntested.Select(rule => Markdown.Escape(rule.Id)))}.";
        yield return $"- {coverage.Gaps.Count} of {coverage.Matrix.Count} cells of the coverage matrix are empty"
            + (coverage.EmptyAims.Count > 0 ? $"; nothing at all bears on {string.Join(", ", coverage.EmptyAims.Select(aim => Figures.Words(aim)))}" : "") + ".";
        yield return $"- Of 29 sub-categories of trustworthiness {coverage.SubCategories.Count(category => category.Status == Taxonomy.CoverageStatus.Measured)} were measured; the report lists the others.";
    }

    private static void Section(StringBuilder card, string title, IEnumerable<string> lines)
    {
        Line(card, $"## {title}", "");
        Line(card, [.. lines, ""]);
    }

    /// <summary>A line feed on every system, so that the same run writes the same file.</summary>
    private static void Line(StringBuilder card, params IEnumerable<string> lines)
    {
        foreach (var line in lines)
            card.Append(line).Append('\n');
    }
}
