using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Statistics;
using Spectre.Console;

namespace Plumbline.Cli;

/// <summary>Measures as a table: before and after, each with its interval.</summary>
internal static class SummaryTable
{
    /// <summary>The outcome of an alignment, a row for each measure.</summary>
    public static Table Of(IReadOnlyList<SummaryRow> summary)
    {
        var arms = new (string Heading, Func<SummaryRow, Estimate?> Estimate)[]
        {
            ("base", row => row.Base), ("deliberate", row => row.Deliberate), ("trained", row => row.Trained),
        }.Where(arm => summary.Any(row => arm.Estimate(row) is not null)).ToArray();
        var table = Empty(["", .. arms.Select(arm => arm.Heading), "change", "p"]);
        foreach (var row in summary)
        {
            List<string> cells = [Direction(row.Title, row.HigherIsBetter), .. arms.Select(arm => Cell(arm.Estimate(row)))];
            cells.Add(row.Difference is { } difference ? string.Create(CultureInfo.InvariantCulture, $"{difference * 100:+0.0;-0.0;0.0} points") : "");
            cells.Add(row.PValue is { } p ? Probability(p) : "");
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        return table;
    }

    /// <summary>The outcome of one audit.</summary>
    public static Table Of(IReadOnlyList<AuditMeasure> measures)
    {
        var table = Empty(["", "measured, with 95 % interval", "items"]);
        foreach (var measure in measures)
            table.AddRow(new Text(Direction(measure.Title, measure.HigherIsBetter)), new Text(Cell(measure.Estimate)), new Text(measure.Estimate.N.ToString(CultureInfo.InvariantCulture)));
        return table;
    }

    /// <summary>A table with no rows yet.</summary>
    public static Table Empty(IReadOnlyList<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)));
        return table;
    }

    /// <summary>An estimate as people read it: 93.3 % [90.1, 95.6].</summary>
    public static string Cell(Estimate? estimate) => estimate is null
        ? "–"
        : string.Create(CultureInfo.InvariantCulture, $"{estimate.Value * 100:0.0} % [{estimate.Low * 100:0.0}, {estimate.High * 100:0.0}]");

    private static string Direction(string title, bool higherIsBetter) => higherIsBetter ? title : $"{title} (lower is better)";

    private static string Probability(double p) => p < 0.001 ? "< 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);
}
