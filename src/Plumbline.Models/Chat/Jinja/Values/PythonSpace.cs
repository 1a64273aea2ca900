namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>What Python takes for white space, and how it strips it.</summary>
internal static class PythonSpace
{
    public static bool Is(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <param name="text">Text.</param>
    /// <param name="characters">Which characters to strip, or null for white space.</param>
    /// <param name="left">Whether at the beginning.</param>
    /// <param name="right">Whether at the end.</param>
    public static MarkedText Strip(MarkedText text, string? characters = null, bool left = true, bool right = true)
    {
        var (start, end) = (0, text.Length);
        while (left && start < end && Stripped(text.Text, start, characters) is > 0 and var width)
            start += width;
        while (right && end > start && StrippedBefore(text.Text, end, characters) is > 0 and var width)
            end -= Math.Min(width, end - start);
        return text.Slice(start, end - start);
    }

    /// <summary>Lines without their ends, as <c>str.splitlines</c>.</summary>
    public static List<MarkedText> Lines(MarkedText text, bool keepEnds = false)
    {
        var lines = new List<MarkedText>();
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !EndsLine(text.Text[end]))
                end++;
            var next = end == text.Length ? end : text.Text[end] == '\r' && end + 1 < text.Length && text.Text[end + 1] == '\n' ? end + 2 : end + 1;
            lines.Add(text.Slice(start, (keepEnds ? next : end) - start));
            start = next;
        }
        return lines;
    }

    private static bool EndsLine(char c) => c is '\n' or '\r' or '\v' or '\f' or >= '\x1c' and <= '\x1e' or '\x85' or '\u2028' or '\u2029';

    private static int Stripped(string text, int at, string? characters) =>
        characters is null ? Is(text[at]) ? 1 : 0
        : char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? characters.Contains(text.Substring(at, 2), StringComparison.Ordinal) ? 2 : 0
        : characters.Contains(text[at], StringComparison.Ordinal) ? 1 : 0;

    private static int StrippedBefore(string text, int end, string? characters) =>
        characters is not null && end > 1 && char.IsLowSurrogate(text[end - 1]) && char.IsHighSurrogate(text[end - 2])
            ? Stripped(text, end - 2, characters)
            : Stripped(text, end - 1, characters);
}
