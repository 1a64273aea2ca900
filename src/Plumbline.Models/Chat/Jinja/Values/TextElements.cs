using System.Collections;

namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>The code points of a text as values, each made when it is asked for: who wants the first of millions does not wait for the rest.</summary>
/// <param name="points">The text.</param>
internal sealed class TextElements(CodePoints points) : IReadOnlyList<JinjaValue>
{
    public int Count => points.Count;

    public JinjaValue this[int index] => points[index];

    public IEnumerator<JinjaValue> GetEnumerator() => points.All().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
