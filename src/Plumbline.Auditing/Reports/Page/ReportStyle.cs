using System.Globalization;
using System.Text;

namespace Plumbline.Auditing.Reports.Page;

/// <summary>The style sheet, with the rules that make the filter of conversations work without a script.</summary>
internal static class ReportStyle
{
    /// <param name="rules">How many rules can be filtered by.</param>
    public static string For(int rules)
    {
        using var sheet = new StreamReader(typeof(ReportStyle).Assembly.GetManifestResourceStream("report.css")!);
        var style = new StringBuilder(sheet.ReadToEnd().ReplaceLineEndings("\n"));
        for (var rule = 0; rule < rules; rule++)
            style.Append(CultureInfo.InvariantCulture, $"#conversations:has(#by-rule-{rule}:checked) .conversation:not([data-rule=\"{rule}\"]) {{ display: none; }}\n");
        foreach (var way in new[] { "better", "worse" })
            style.Append(CultureInfo.InvariantCulture, $"#conversations:has(#by-way-{way}:checked) .conversation:not([data-{way}]) {{ display: none; }}\n");
        return style.ToString();
    }
}
