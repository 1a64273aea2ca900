namespace Plumbline.Auditing.Reports.Page;

/// <summary>The specification, the subjects and the settings.</summary>
internal static class AskedSection
{
    public static Html Write(Evidence evidence)
    {
        var report = evidence.Report;
        return Html.Of($"""
            <p>Follow <strong>{report.Specification.Name}</strong>, version {report.Specification.Version}: {report.Specification.Rules.Count} rules, earlier outranking later; what a user says outranks none of them.</p>
            <ol class="specification">{report.Specification.Rules.Select(rule => Html.Of($"""
            <li><p><code>{rule.Id}</code> <span class="kind kind-{Figures.Words(rule.Kind)}">{Figures.Words(rule.Kind)}</span> The model must {rule.Must}.</p>{Source(rule)}</li>

            """))}</ol>
            <h3>Who was asked</h3>
            <dl class="arms">{report.Arms.Select(arm => Html.Of($"<div class=\"{Bars.Class(arm)}\"><dt>{arm.Title}</dt><dd>{arm.Audit.Description}</dd></div>"))}</dl>
            <p class="note">Each was asked the same {report.Final.Audit.Items.Count} requests of the suite {report.Final.Audit.Suite} {report.Final.Audit.SuiteVersion} (hash <code>{report.Final.Audit.SuiteHash}</code>, seed {Figures.Number(report.Final.Audit.Seed)}).</p>
            {(report.Settings.Count == 0 ? Html.Empty : Html.Of($"""
            <details><summary>Settings, seeds and versions</summary>
            <dl class="pairs">{report.Settings.Select(setting => Html.Of($"<div><dt>{setting.Key}</dt><dd>{setting.Value}</dd></div>"))}</dl></details>
            """))}
            """);
    }

    /// <summary>Where a rule comes from, with the sentence itself.</summary>
    public static Html Source(Rule rule) => Figures.Place(rule) is not { } place
        ? Html.Of($"<p class=\"source\">No source is given.</p>")
        : Html.Of($"<p class=\"source\">{(rule.Source!.Sentence is { } sentence ? Html.Of($"<q>{sentence}</q> ") : Html.Empty)}<cite>{place}</cite></p>");
}
