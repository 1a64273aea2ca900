namespace Plumbline.Auditing.Reports.Page;

/// <summary>What it took: time and tokens by stage, and what an answer costs each arm.</summary>
internal static class CostSection
{
    public static Html Write(Evidence evidence)
    {
        var report = evidence.Report;
        return Html.Of($"""
            {(report.Cost.Count == 0 ? Html.Empty : Wording.Table("Time and tokens by stage", ["Stage", "Time", "Tokens", "Note"], report.Cost.Select(row => Wording.Row(
                Wording.Text(row.What), Wording.Text(row.Time is { } time ? Figures.Time(time) : Figures.None), Wording.Text(row.Tokens is { } tokens ? Figures.Number(tokens) : Figures.None), Wording.Text(row.Note)))
                .Concat(report.Cost.All(row => row.Time is null) ? [] : [Wording.Row(Html.Of($"Together"), Html.Of($"<strong>{Figures.Time(new TimeSpan(report.Cost.Sum(row => row.Time?.Ticks ?? 0)))}</strong>"), Wording.Text(Figures.Number(report.Cost.Sum(row => row.Tokens ?? 0))), Html.Empty)])))}
            {Wording.Table("Tokens an answer, on average", ["Arm", "Read", "Written"], report.Arms.Select(arm => Wording.Row(
                Wording.Text(arm.Title), Wording.Text(Each(arm.Audit.InputTokens, arm)), Wording.Text(Each(arm.Audit.OutputTokens, arm)))))}
            """);
    }

    private static string Each(long tokens, Arm arm) => Figures.Number(Math.Round((double)tokens / Math.Max(1, arm.Audit.Items.Count), 1));
}
