namespace Plumbline.Deliberation;

/// <summary>A short note on how to use a tool well (004, D-Artemis).</summary>
/// <param name="Tool">The tool that it is about; it is told only where that tool is offered.</param>
/// <param name="Text">The note.</param>
public sealed record Tip(string Tool, string Text)
{
    /// <summary>The notes that serve a request best: about offered tools alone, those with the most words of the request first.</summary>
    /// <param name="tips">All notes.</param>
    /// <param name="tools">Names of the tools that are offered.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="count">How many at most.</param>
    public static IReadOnlyList<Tip> For(IEnumerable<Tip> tips, IEnumerable<string> tools, string request, int count)
    {
        ArgumentNullException.ThrowIfNull(tips);
        HashSet<string> offered = [.. tools], asked = [.. Words(request)];
        return [.. tips.Where(tip => offered.Contains(tip.Tool)).OrderByDescending(tip => Words(tip.Text).Distinct().Count(asked.Contains)).Take(count)];
    }

    private static IEnumerable<string> Words(string text) => text.ToUpperInvariant().Split([' ', ',', '.', ';', ':', '!', '?', '\n', '\t', '"', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
}
