using System.Text;

namespace Plumbline.Models.Generation;

/// <summary>Lets the text of an answer through piece by piece, but for what may turn out to be the beginning of a stop string.</summary>
/// <param name="stopStrings">The texts before which it stops.</param>
internal sealed class HeldBackText(IReadOnlyList<string> stopStrings)
{
    private readonly StringBuilder held = new();
    private bool stopped;

    /// <summary>Adds what was written.</summary>
    /// <returns>What can be shown now; empty if nothing can.</returns>
    public string Add(string text)
    {
        if (stopped || stopStrings.Count == 0)
            return stopped ? "" : text;
        var whole = held.Append(text).ToString();
        var before = StopStrings.Cut(whole, stopStrings);
        stopped = before.Length < whole.Length;
        var kept = stopped ? 0 : Enumerable.Range(0, before.Length).Select(at => before.Length - at).FirstOrDefault(length => stopStrings.Any(stop => stop.StartsWith(before[^length..], StringComparison.Ordinal)));
        held.Clear().Append(before[^kept..]);
        return before[..^kept];
    }

    /// <summary>Shows what was held back: no stop string came of it.</summary>
    public string Finish()
    {
        var rest = stopped ? "" : held.ToString();
        held.Clear();
        return rest;
    }
}
