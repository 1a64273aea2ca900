using System.Text;

namespace Plumbline.Models.Generation;

/// <summary>Watches an answer for the texts before which it stops.</summary>
/// <param name="texts">The texts, none empty.</param>
internal sealed class StopStrings(IReadOnlyList<string> texts)
{
    private readonly byte[][] sought = [.. texts.Select(Encoding.UTF8.GetBytes)];
    private readonly List<byte> tail = []; // as much of the answer as can be the beginning of a stop string

    /// <summary>Goes on after the bytes of a token. A stop string may begin in an earlier token, and its end may be in the middle of this one.</summary>
    /// <returns>Whether the answer has a stop string.</returns>
    public bool Read(ReadOnlySpan<byte> bytes)
    {
        if (sought.Length == 0)
            return false;
        tail.AddRange(bytes);
        var written = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tail);
        foreach (var text in sought)
        {
            if (written.IndexOf(text) >= 0)
                return true;
        }
        tail.RemoveRange(0, Math.Max(0, tail.Count - sought.Max(text => text.Length) + 1));
        return false;
    }

    /// <summary>What stands before the first of the texts.</summary>
    public static string Cut(string answer, IEnumerable<string> texts) =>
        texts.Select(text => answer.IndexOf(text, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min() is >= 0 and var first ? answer[..first] : answer;
}
