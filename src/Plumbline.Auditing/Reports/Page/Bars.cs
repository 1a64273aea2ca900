using Plumbline.Statistics;

namespace Plumbline.Auditing.Reports.Page;

/// <summary>Small pictures of proportions: a dot for the value, a bar for its interval, on a line from 0 to 100 %.</summary>
/// <remarks>Places are in percent of the width, so the picture stretches with the page while dots and lines keep their size.</remarks>
internal static class Bars
{
    private const int Step = 15;
    private static readonly int[] Ticks = [0, 25, 50, 75, 100];

    /// <summary>One row for each arm.</summary>
    public static Html Draw(IReadOnlyList<(Arm Arm, Estimate Estimate)> rows, string description) => Html.Of($"""
        <svg class="bars" role="img" aria-label="{description}" width="100%" height="{Step * rows.Count + 3}">
        {Ticks.Select(tick => Html.Of($"""<line class="tick" x1="{tick}%" x2="{tick}%" y1="0" y2="100%"/>"""))}
        {rows.Select((row, i) => Draw(row.Arm, row.Estimate, Step * i + 9))}
        </svg>
        """);

    public static string Describe(IEnumerable<(Arm Arm, Estimate Estimate)> rows) => string.Join("; ", rows.Select(row => $"{row.Arm.Title}: {Figures.Interval(row.Estimate)}"));

    /// <summary>Class that gives an arm its colour and its shape.</summary>
    public static string Class(Arm arm) => arm.Key switch { Arm.Base => "arm-base", Arm.Deliberate => "arm-deliberate", Arm.Trained => "arm-trained", _ => "arm-other" };

    private static Html Draw(Arm arm, Estimate estimate, int y) => estimate.N == 0 ? Html.Empty : Html.Of($"""
        <g class="{Class(arm)}"><line class="reach" x1="{100 * estimate.Low:0.##}%" x2="{100 * estimate.High:0.##}%" y1="{y}" y2="{y}"/>{Mark(arm, estimate.Value, y)}</g>
        """);

    /// <summary>Arms differ in shape as well as in colour.</summary>
    private static Html Mark(Arm arm, double value, int y) => arm.Key switch
    {
        Arm.Base => Html.Of($"""<circle class="hollow" cx="{100 * value:0.##}%" cy="{y}" r="4.5"/>"""),
        Arm.Deliberate => Html.Of($"""<svg class="mark" x="{100 * value:0.##}%" y="{y}"><path d="M0-6 6 0 0 6-6 0Z"/></svg>"""),
        _ => Html.Of($"""<circle cx="{100 * value:0.##}%" cy="{y}" r="5"/>"""),
    };
}
