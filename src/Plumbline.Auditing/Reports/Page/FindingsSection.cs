namespace Plumbline.Auditing.Reports.Page;

/// <summary>What still goes wrong, each with the rule and the sentence that the rule comes from: where to amend (081).</summary>
internal static class FindingsSection
{
    private const int Examples = 3;

    public static Html Write(Evidence evidence)
    {
        var (report, rules) = (evidence.Report, evidence.Findings.GroupBy(finding => finding.Rule.Id).OrderByDescending(rule => rule.Count()).ToArray());
        return rules.Length == 0
            ? Html.Of($"<p>No rule was found broken by “{report.Final.Title}” in {report.Final.Audit.Items.Count} requests.</p>")
            : Html.Of($"""
                <p>{evidence.Findings.Count} answers of “{report.Final.Title}” fall short of a rule. Each leads back to the sentence that the rule comes from; if the sentence is what is wrong, amend it and align again.</p>
                {rules.Select(rule => Write(rule.First().Rule, [.. rule]))}
                """);
    }

    private static Html Write(Rule rule, Finding[] findings) => Html.Of($"""
        <article class="finding">
        <h3><code>{rule.Id}</code> <span class="count">{findings.Length} {(findings.Length == 1 ? "finding" : "findings")}</span></h3>
        <p>The model must {rule.Must}.</p>
        {AskedSection.Source(rule)}
        <details><summary>{(findings.Length <= Examples ? "What happened" : $"What happened, {Examples} of {findings.Length}")}</summary>
        {findings.Take(Examples).Select(finding => Html.Of($"""
        <div class="example"><h4>Asked</h4>{Wording.Said(finding.Transcript.Item.Messages[^1].Text)}<h4>Answered</h4>{Wording.Said(finding.Transcript.Answer)}<p class="verdict">✗ {finding.Verdict.Reason}</p></div>
        """))}
        </details></article>
        """);
}
