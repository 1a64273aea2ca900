namespace Plumbline.Auditing.Reports.Page;

/// <summary>Every measure of every arm with its interval, and the paired tests.</summary>
internal static class MeasuresSection
{
    public static Html Write(Evidence evidence)
    {
        var report = evidence.Report;
        return Html.Of($"""
            {Wording.Table("Each measure of each arm, with its 95 % interval", ["Measure", .. report.Arms.Select(arm => arm.Title), .. evidence.Changed is null ? Array.Empty<string>() : [$"Change, {report.Arms[0].Key} to {report.Final.Key}"]],
                evidence.Measures.Select(measure => Wording.Row(Html.Of($"{measure.Title}<br><small>{(measure.HigherIsBetter ? "higher is better" : "lower is better")}</small>"),
                    [.. report.Arms.Select(arm => Cell(evidence.Estimate(arm, measure))), .. (evidence.Changed?.Measures ?? []).Where(change => change.Measure.Name == measure.Name).Select(Wording.Change)])))}
            {(evidence.Comparisons.Count < 2 ? Html.Empty : Html.Of($"<details><summary>Paired tests of every two arms</summary>{Wording.Table("Paired tests of every two arms", ["Arms", "Measure", "Change in points", "Rose, fell, pairs", "Effect size", "p (Holm)"],
                from comparison in evidence.Comparisons
                from change in comparison.Comparison.Measures
                select Wording.Row(Html.Of($"{comparison.From.Key} to {comparison.To.Key}"), Wording.Text(change.Measure.Name),
                    Html.Of($"{Figures.Points(change.Test.Difference)} <span class=\"interval\">({Figures.Ends(change.Test.Low, change.Test.High)})</span>"),
                    Html.Of($"{change.Test.Gained}, {change.Test.Lost}, {change.Test.N}"), Wording.Text(Figures.Number(Math.Round(change.Test.EffectSize, 2))), Wording.Text(Figures.P(change.Test))))}</details>"))}
            <p class="note">{Counts(evidence)}</p>
            <p class="note">Intervals of proportions are Wilson's, of changes a paired bootstrap over items; tests are McNemar's exact test, corrected by Holm over the {evidence.Measures.Count} measures; effect sizes are Cohen's h. The instrument's own errors are not in the intervals.</p>
            """);
    }

    public static Html Cell(MeasureEstimate? measured) => measured is null || measured.Estimate.N == 0
        ? Html.Of($"{Figures.None}")
        : Html.Of($"<strong>{Figures.Percent(measured.Estimate.Value)}</strong><br><span class=\"interval\">{Figures.Ends(measured.Estimate.Low, measured.Estimate.High)}, n = {measured.Estimate.N}</span>");

    private static string Counts(Evidence evidence) => string.Join(" ", evidence.Report.Arms.Select(arm =>
        evidence.Estimates[arm.Key] is [var counts, ..] ? $"{arm.Title}: {counts.Scored} answers scored, {counts.Unscored} could not be read, {counts.Errors} broke." : ""));
}
