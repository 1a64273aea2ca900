using System.Globalization;
using Plumbline.Auditing;
using Plumbline.Auditing.Reports;
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
            ("base", row => row.Base?.Estimate), ("deliberate", row => row.Deliberate?.Estimate), ("trained", row => row.Trained?.Estimate),
        }.Where(arm => summary.Any(row => arm.Estimate(row) is not null)).ToArray();
        var table = Empty(["", .. arms.Select(arm => arm.Heading), "change", "p"]);
        foreach (var row in summary)
        {
            List<string> cells = [Direction(row.Measure), .. arms.Select(arm => Cell(arm.Estimate(row)))];
            cells.Add(row.Change is { } change ? string.Create(CultureInfo.InvariantCulture, $"{change.Difference * 100:+0.0;-0.0;0.0} points") : "");
            cells.Add(row.Change is { } test ? Probability(test.AdjustedPValue ?? test.PValue) : "");
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        return table;
    }

    /// <summary>The outcome of one audit.</summary>
    public static Table Of(IReadOnlyList<MeasureEstimate> measures)
    {
        var table = Empty(["", "measured, with 95 % interval", "items"]);
        foreach (var measure in measures)
            table.AddRow(new Text(Direction(measure.Measure)), new Text(Cell(measure.Estimate)), new Text(measure.Estimate.N.ToString(CultureInfo.InvariantCulture)));
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

    private static string Direction(Measure measure) => measure.HigherIsBetter ? measure.Title : $"{measure.Title} (lower is better)";

    private static string Probability(double p) => p < 0.001 ? "< 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);
}
