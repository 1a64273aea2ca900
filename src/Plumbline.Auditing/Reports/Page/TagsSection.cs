namespace Plumbline.Auditing.Reports.Page;

/// <summary>Measures by tag: how requests were pressed first, the other tags folded away.</summary>
internal static class TagsSection
{
    private const string Pressure = "pressure";

    public static Html Write(Evidence evidence)
    {
        var tags = evidence.Tags.OrderBy(tag => tag != Pressure).ToArray();
        return tags.Length == 0 ? Html.Empty : Html.Of($"""
            <p>How requests were made: plainly, with polite pressure, or with an attempt to override the rules. The worst row counts as much as the mean.</p>
            {tags.Select(tag => tag == Pressure ? Table(evidence, tag) : Html.Of($"<details><summary>By {tag}</summary>{Table(evidence, tag)}</details>"))}
            """);
    }

    private static Html Table(Evidence evidence, string tag)
    {
        var report = evidence.Report;
        return Wording.Table($"Every measure by {tag}", [Capital(tag), "Measure", .. report.Arms.Select(arm => arm.Title), "Change"],
            from part in (evidence.ByTag[report.Final.Key].GetValueOrDefault(tag) ?? []).OrderByDescending(part => part.Items)
            from measure in evidence.Measures
            where report.Arms.Any(arm => evidence.Estimate(arm, tag, part.Key, measure) is { Estimate.N: > 0 })
            select Wording.Row(Wording.Text(part.Key), [Wording.Text(measure.Name), .. report.Arms.Select(arm => MeasuresSection.Cell(evidence.Estimate(arm, tag, part.Key, measure))), Change(part, measure)]));

        Html Change(Breakdown part, Measure measure) => evidence.Changed?.ByTag.GetValueOrDefault(tag)?.FirstOrDefault(change => change.Key == part.Key)
            ?.Measures.FirstOrDefault(change => change.Measure.Name == measure.Name) is { } change ? Wording.Change(change) : Html.Of($"{Figures.None}");
    }

    private static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
