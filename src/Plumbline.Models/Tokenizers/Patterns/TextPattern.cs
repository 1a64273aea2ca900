using System.Text;

namespace Plumbline.Models.Tokenizers.Patterns;

/// <summary>Something that is looked for in text.</summary>
internal abstract class TextPattern
{
    /// <summary>The matches from left to right, none overlapping another.</summary>
    protected abstract IEnumerable<(int Start, int Length)> Matches(string text);

    /// <summary>The matches and what lies between them: together the whole text.</summary>
    public List<(int Start, int Length, bool IsMatch)> Parts(string text)
    {
        var parts = new List<(int, int, bool)>();
        var end = 0;
        if (text.Length == 0)
            return [(0, 0, false)];
        foreach (var (start, length) in Matches(text))
        {
            if (start > end)
                parts.Add((end, start - end, false));
            parts.Add((start, length, true));
            end = start + length;
        }
        if (end < text.Length)
            parts.Add((end, text.Length - end, false));
        return parts;
    }
}

/// <summary>A word for word match.</summary>
internal sealed class LiteralPattern(string literal) : TextPattern
{
    public string Literal => literal;

    protected override IEnumerable<(int Start, int Length)> Matches(string text)
    {
        for (var at = text.IndexOf(literal, StringComparison.Ordinal); at >= 0; at = text.IndexOf(literal, at + literal.Length, StringComparison.Ordinal))
            yield return (at, literal.Length);
    }
}

/// <summary>Every character of a kind, one by one.</summary>
internal sealed class CharacterPattern(Predicate<Rune> isMatch) : TextPattern
{
    /// <summary>Whether the kind is numbers.</summary>
    public bool IsDigits => isMatch == Characters.IsNumeric;

    protected override IEnumerable<(int Start, int Length)> Matches(string text)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (isMatch(rune))
                yield return (at, rune.Utf16SequenceLength);
            at += rune.Utf16SequenceLength;
        }
    }
}

/// <summary>Runs of characters of one kind and runs of another; what belongs to neither lies between.</summary>
internal sealed class RunPattern(Func<Rune, int> kindOf) : TextPattern
{
    protected override IEnumerable<(int Start, int Length)> Matches(string text)
    {
        var (at, start, kind) = (0, 0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (kindOf(rune) is var next && next != kind)
            {
                if (kind != 0)
                    yield return (start, at - start);
                (start, kind) = (at, next);
            }
            at += rune.Utf16SequenceLength;
        }
        if (kind != 0)
            yield return (start, at - start);
    }
}
