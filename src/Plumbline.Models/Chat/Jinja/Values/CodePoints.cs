namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>Text by Unicode code points, as Python counts it, over the UTF-16 of .NET.</summary>
internal readonly struct CodePoints
{
    private readonly MarkedText text;
    private readonly int[]? starts; // null: every code point is one code unit

    public CodePoints(MarkedText text)
    {
        this.text = text;
        if (!text.Text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            return;
        var found = new List<int>();
        for (var i = 0; i < text.Length; i += char.IsHighSurrogate(text.Text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text.Text[i + 1]) ? 2 : 1)
            found.Add(i);
        starts = [.. found];
    }

    public int Count => starts?.Length ?? text.Length;

    /// <summary>One code point.</summary>
    public MarkedText this[int index] => text.Slice(Offset(index), Offset(index + 1) - Offset(index));

    /// <summary>Code points from one to before another.</summary>
    public MarkedText Slice(int start, int end) => end <= start ? MarkedText.Empty : text.Slice(Offset(start), Offset(end) - Offset(start));

    /// <summary>The code unit at which a code point begins.</summary>
    public int Offset(int index) => starts is null ? index : index == starts.Length ? text.Length : starts[index];

    /// <summary>The code point that begins at a code unit.</summary>
    public int IndexOf(int offset) => starts is null ? offset : offset == text.Length ? starts.Length : Array.BinarySearch(starts, offset);

    public IEnumerable<JinjaValue> All()
    {
        var self = this;
        return Enumerable.Range(0, Count).Select(index => (JinjaValue)self[index]);
    }
}
