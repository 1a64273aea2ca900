using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Finding, cutting and replacing, as the methods of Python's text do it.</summary>
internal static class TextSearch
{
    /// <param name="text">Text.</param>
    /// <param name="old">What is replaced; where it is empty, every place between characters.</param>
    /// <param name="fresh">What comes instead.</param>
    /// <param name="count">How often at most; negative for always.</param>
    public static MarkedText Replace(MarkedText text, MarkedText old, MarkedText fresh, int count)
    {
        var joined = new MarkedTextBuilder(TemplateLimits.Text);
        var from = 0;
        for (var done = 0; count < 0 || done < count; done++)
        {
            var at = old.Length > 0 ? text.Text.IndexOf(old.Text, from, StringComparison.Ordinal) : done == 0 ? 0 : NextCharacter(text.Text, from);
            if (at < 0)
                break;
            joined.Append(text.Slice(from, at - from));
            joined.Append(fresh);
            from = at + old.Length;
        }
        joined.Append(text.From(from));
        return joined.ToText();
    }

    /// <summary>Cuts at a separator, from the left or the right.</summary>
    /// <param name="text">Text.</param>
    /// <param name="separator">Separator; null for any white space.</param>
    /// <param name="count">How often at most; negative for always.</param>
    /// <param name="right">Whether from the right.</param>
    public static List<MarkedText> Split(MarkedText text, MarkedText? separator, int count, bool right)
    {
        if (separator is { Length: 0 })
            throw TemplateFault.Type("text cannot be split at an empty separator.");
        if (separator is null)
            return right ? SplitAtSpaceFromRight(text, count) : SplitAtSpace(text, count);
        var parts = new List<MarkedText>();
        var (start, end) = (0, text.Length);
        while (count < 0 || parts.Count < count)
        {
            var at = right ? LastBefore(text.Text, separator.Text, end) : text.Text.IndexOf(separator.Text, start, StringComparison.Ordinal);
            if (at < 0)
                break;
            parts.Add(right ? text.Slice(at + separator.Length, end - at - separator.Length) : text.Slice(start, at - start));
            (start, end) = right ? (start, at) : (at + separator.Length, end);
            SequenceValue.RefuseTooLarge(parts.Count, 0, 0);
        }
        parts.Add(text.Slice(start, end - start));
        if (right)
            parts.Reverse();
        return parts;
    }

    /// <summary>How often one text stands in another, not counting overlaps.</summary>
    public static int Count(MarkedText text, MarkedText sought)
    {
        if (sought.Length == 0)
            return new CodePoints(text).Count + 1;
        var count = 0;
        for (var at = text.Text.IndexOf(sought.Text, StringComparison.Ordinal); at >= 0; at = text.Text.IndexOf(sought.Text, at + sought.Length, StringComparison.Ordinal))
            count++;
        return count;
    }

    private static int LastBefore(string text, string sought, int end) =>
        end < sought.Length ? -1 : text.AsSpan(0, end).LastIndexOf(sought, StringComparison.Ordinal);

    private static int NextCharacter(string text, int from) =>
        from >= text.Length ? -1 : from + (char.IsHighSurrogate(text[from]) && from + 1 < text.Length && char.IsLowSurrogate(text[from + 1]) ? 2 : 1);

    private static List<MarkedText> SplitAtSpace(MarkedText text, int count)
    {
        var parts = new List<MarkedText>();
        for (var start = 0; ;)
        {
            while (start < text.Length && PythonSpace.Is(text.Text[start]))
                start++;
            if (start == text.Length)
                return parts;
            // The rest after the last cut keeps the white space at its end.
            var end = count >= 0 && parts.Count == count ? text.Length : start;
            while (end < text.Length && !PythonSpace.Is(text.Text[end]))
                end++;
            parts.Add(text.Slice(start, end - start));
            SequenceValue.RefuseTooLarge(parts.Count, 0, 0);
            start = end;
        }
    }

    private static List<MarkedText> SplitAtSpaceFromRight(MarkedText text, int count)
    {
        var parts = new List<MarkedText>();
        for (var end = text.Length; ;)
        {
            while (end > 0 && PythonSpace.Is(text.Text[end - 1]))
                end--;
            if (end == 0)
                break;
            var start = count >= 0 && parts.Count == count ? 0 : end;
            while (start > 0 && !PythonSpace.Is(text.Text[start - 1]))
                start--;
            parts.Add(text.Slice(start, end - start));
            SequenceValue.RefuseTooLarge(parts.Count, 0, 0);
            end = start;
        }
        parts.Reverse();
        return parts;
    }
}
