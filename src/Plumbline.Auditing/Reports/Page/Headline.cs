namespace Plumbline.Auditing.Reports.Page;

/// <summary>The top of the page: what this is, and the few figures that matter most.</summary>
internal static class Headline
{
    public static Html Write(Evidence evidence)
    {
        var report = evidence.Report;
        return Html.Of($"""
            <header>
            <svg class="plumb" aria-hidden="true" width="22" height="112" viewBox="0 0 22 112"><path class="cord" d="M11 0V82"/><path class="bob" d="M5 82h12l2 8-8 22-8-22z"/></svg>
            <div>
            <p class="over">Plumbline alignment report</p>
            <h1>{report.Title}</h1>
            <p class="under">{report.Specification.Name} {report.Specification.Version} · {report.When.ToString("d MMMM yyyy, HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture)} · {report.Final.Audit.Items.Count} held-out requests · <a class="gate {(evidence.Scorecard.Deploy ? "open" : "held")}" href="#gates">{(evidence.Scorecard.Deploy ? "Gates open: deploy" : "Gates closed: hold")}</a></p>
            </div>
            </header>
            <div class="figures">{evidence.Measures.Select(measure => Figure(evidence, measure))}</div>
            {Wording.Legend(report.Arms)}
            """);
    }

    private static Html Figure(Evidence evidence, Measure measure)
    {
        var report = evidence.Report;
        var rows = report.Arms.Select(arm => (arm, evidence.Estimate(arm, measure).Estimate)).ToArray();
        var change = evidence.Changed?.Measures.FirstOrDefault(change => change.Measure.Name == measure.Name);
        return Html.Of($"""
            <div class="figure">
            <h2>{measure.Title}</h2>
            <p class="big">{(rows.Length > 1 ? Html.Of($"<span class=\"was\">{Figures.Percent(rows[0].Estimate.Value)}</span> <span aria-hidden=\"true\">→</span><span class=\"away\">to</span> ") : Html.Empty)}<strong>{Figures.Percent(rows[^1].Estimate.Value)}</strong></p>
            {Bars.Draw(rows, Bars.Describe(rows))}
            <p class="note">{(change is null ? Html.Empty : Wording.Change(change))} {(measure.HigherIsBetter ? "Higher is better." : "Lower is better.")}</p>
            </div>
            """);
    }
}
