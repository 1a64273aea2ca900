namespace Plumbline.Auditing.Reports.Page;

/// <summary>The report for people: one page, no script, nothing fetched.</summary>
internal static class ReportPage
{
    public static string Write(Evidence evidence)
    {
        var report = evidence.Report;
        Section[] sections =
        [
            new("asked", "What was asked", AskedSection.Write(evidence)),
            new("measures", "Before and after", MeasuresSection.Write(evidence)),
            new("rules", "Rule by rule", RulesSection.Write(evidence)),
            new("pressure", "Under pressure", TagsSection.Write(evidence)),
            new("training", "Training", CurvesSection.Write(report.Curves)),
            new("conversations", "Conversations that changed", ConversationsSection.Write(evidence)),
            new("findings", "Findings and where they lead", FindingsSection.Write(evidence)),
            new("gates", "Gates", GatesSection.Write(evidence.Scorecard)),
            new("coverage", "What was looked at, and what not", CoverageSection.Write(report.Coverage)),
            new("checklist", "Nine questions", ChecklistSection.Write(evidence)),
            new("cost", "Cost and time", CostSection.Write(evidence)),
            new("again", "The same again", AgainSection.Write(report)),
        ];
        var shown = sections.Where(section => section.Body != Html.Empty).ToArray();
        var style = ReportStyle.For(ConversationsSection.Rules(evidence).Count);
        return Html.Of($"""
            {PageHead.Write(report.Title, style)}
            <body>
            <a class="skip" href="#main">To the report</a>
            {Headline.Write(evidence)}
            <nav aria-label="Contents"><ul>{shown.Select(section => Html.Of($"""<li><a href="#{section.Id}">{section.Title}</a></li>"""))}</ul></nav>
            <main id="main">
            {shown.Select(section => Html.Of($"""
            <section id="{section.Id}" aria-labelledby="{section.Id}-title">
            <h2 id="{section.Id}-title">{section.Title}</h2>
            {section.Body}
            </section>

            """))}
            </main>
            <footer><p>Made by Plumbline. The same numbers for programs are in <code>report.json</code>, the summary for a release is in <code>system-card.md</code>, both beside this page.</p></footer>
            </body>
            </html>

            """).Markup.ReplaceLineEndings("\n");
    }

    private sealed record Section(string Id, string Title, Html Body);
}
