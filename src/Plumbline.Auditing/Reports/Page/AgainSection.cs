namespace Plumbline.Auditing.Reports.Page;

/// <summary>How to get the same report again.</summary>
internal static class AgainSection
{
    public static Html Write(AlignmentReport report) => report.Commands.Count == 0 ? Html.Empty : Html.Of($"""
        <p>Same seed, same weights, same numbers, on a machine with as many threads.</p>
        <pre tabindex="0" aria-label="Commands"><code>{string.Join("\n", report.Commands)}</code></pre>
        """);
}
