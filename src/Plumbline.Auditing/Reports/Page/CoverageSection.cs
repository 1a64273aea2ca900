using Plumbline.Auditing.Taxonomy;

namespace Plumbline.Auditing.Reports.Page;

/// <summary>Coverage maps: every row is printed, so that silence is visible.</summary>
internal static class CoverageSection
{
    public static Html Write(Coverage coverage) => Html.Of($"""
        <p>Numbers are instruments. An empty cell is a finding: {coverage.Gaps.Count} of {coverage.Matrix.Count} are empty{(coverage.EmptyAims.Count == 0 ? "." : $", and nothing at all bears on {string.Join(", ", coverage.EmptyAims.Select(aim => Figures.Words(aim)))}.")}</p>
        {Wording.Table("Aims by kind of assurance", ["Aim", .. Enum.GetValues<AssuranceType>().Select(type => Figures.Words(type))], coverage.Matrix.GroupBy(cell => cell.Aim)
            .Select(row => Wording.Row(Wording.Text(Figures.Words(row.Key)), row.Select(cell => cell.Instruments == 0 ? Html.Of($"<span class=\"gap\">empty</span>") : Html.Of($"{cell.Instruments}")))))}
        <details><summary>Twelve dimensions</summary>
        {Wording.Table("Twelve dimensions", ["Dimension", "Aims", "Helpful, honest, harmless", "Level", "Outer or inner", "Fed by"], coverage.Dimensions.Select(row => Wording.Row(
            Html.Of($"{row.Dimension.Code} {row.Dimension.Name}"), Wording.Text(row.Dimension.Rice == Rice.None ? Figures.None : row.Dimension.Rice.ToString().ToLowerInvariant()), Wording.Text(row.Dimension.Hhh),
            Wording.Text(Figures.Words(row.Dimension.Level)), Wording.Text(row.Dimension.Side),
            row.Instruments.Count == 0 ? Html.Of($"<span class=\"gap\">nothing</span>") : Wording.Text(string.Join("; ", row.Instruments.Select(instrument => instrument.Name))))))}
        </details>
        <details><summary>Twenty-nine sub-categories: {coverage.SubCategories.Count(row => row.Status == CoverageStatus.Measured)} measured, {coverage.SubCategories.Count(row => row.Status == CoverageStatus.PluginMissing)} without an instrument, {coverage.SubCategories.Count(row => row.Status == CoverageStatus.NotApplicable)} not applicable</summary>
        {Wording.Table("Twenty-nine sub-categories", ["Sub-category", "Dimension", "Test", "Status", "By or why"], coverage.SubCategories.Select(row => Wording.Row(
            Html.Of($"{row.Category.Code} {row.Category.Name}"), Wording.Text(row.Category.Dimension), Wording.Text(row.Category.Test), Status(row.Status), Wording.Text(row.Note))))}
        </details>
        """);

    private static Html Status(CoverageStatus status) => status switch
    {
        CoverageStatus.Measured => Html.Of($"<span class=\"better\">measured</span>"),
        CoverageStatus.PluginMissing => Html.Of($"<span class=\"gap\">plug-in missing</span>"),
        _ => Html.Of($"not applicable"),
    };
}
