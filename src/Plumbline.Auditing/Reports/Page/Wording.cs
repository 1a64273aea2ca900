namespace Plumbline.Auditing.Reports.Page;

/// <summary>Turns of phrase that several sections share.</summary>
internal static class Wording
{
    private const int Longest = 4000;

    /// <summary>A change in words and in a colour, never in a colour alone.</summary>
    public static Html Change(MeasureChange change) => change.Test.N == 0
        ? Html.Of($"<span class=\"same\">{Figures.None}</span>")
        : Html.Of($"<span class=\"{(change.Test.Difference == 0 || !change.IsSure ? "same" : change.IsBetter ? "better" : "worse")}\">{Sign(change)} {Figures.Points(change.Test.Difference)} points</span> <span class=\"interval\">({Figures.Ends(change.Test.Low, change.Test.High)})</span> <span class=\"p\">p {P(change)}</span>");

    public static string P(MeasureChange change) => Figures.P(change.Test) is var p && p.StartsWith('<') ? p : "= " + p;

    /// <summary>Better, worse, or not sure.</summary>
    public static string Sign(MeasureChange change) => change.Test.N == 0 || !change.IsSure ? "not sure:" : change.IsBetter ? "▲ better:" : "▼ worse:";

    /// <summary>What a person or a model said, cut where it would fill the page.</summary>
    public static Html Said(string text) => text.Length == 0
        ? Html.Of($"<div class=\"said nothing\">(nothing)</div>")
        : Html.Of($"<div class=\"said\" dir=\"auto\">{(text.Length <= Longest ? text : text[..Longest])}{(text.Length <= Longest ? Html.Empty : Html.Of($"<em> … and {text.Length - Longest} more characters</em>"))}</div>");

    public static Html Legend(IEnumerable<Arm> arms) => Html.Of($"""
        <ul class="legend">{arms.Select(arm => Html.Of($"""<li class="{Bars.Class(arm)}"><span class="swatch" aria-hidden="true">{arm.Key switch { Arm.Base => "○", Arm.Deliberate => "◆", _ => "●" }}</span> {arm.Title}</li>"""))}</ul>
        """);

    /// <summary>A table that scrolls by itself where the page is narrow, reachable by keyboard.</summary>
    public static Html Table(string caption, IEnumerable<string> head, IEnumerable<Html> rows) => Html.Of($"""
        <div class="scroll" role="region" aria-label="{caption}" tabindex="0"><table>
        <caption>{caption}</caption>
        <thead><tr>{head.Select(title => Html.Of($"<th scope=\"col\">{title}</th>"))}</tr></thead>
        <tbody>{rows}</tbody>
        </table></div>
        """);

    /// <summary>A row whose first cell is its heading.</summary>
    public static Html Row(Html head, params IEnumerable<Html> cells) => Html.Of($"<tr><th scope=\"row\">{head}</th>{cells.Select(cell => Html.Of($"<td>{cell}</td>"))}</tr>\n");

    public static Html Text(string? text) => Html.Of($"{text}");
}
