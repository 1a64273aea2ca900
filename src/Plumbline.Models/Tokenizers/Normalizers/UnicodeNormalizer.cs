using System.Text;

namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>The normalisation forms of Unicode: NFC, NFD, NFKC, NFKD (Unicode annex 15).</summary>
/// <remarks>The runtime normalises nothing when it is built without cultures, as Plumbline is.</remarks>
internal sealed class UnicodeNormalizer(bool compose, bool compatibility) : Normalizer
{
    /// <summary>Below it, no character changes or combines.</summary>
    private readonly char first = compatibility ? '\u00A0' : compose ? '\u0300' : '\u00C0';

    /// <summary>Whether it is NFC.</summary>
    public bool IsCanonical => compose && !compatibility;

    public override AlignedText Normalize(AlignedText text)
    {
        if (!text.Text.AsSpan().ContainsAnyInRange(first, '\uFFFF'))
            return text;
        var parts = Order(Decompose(text.Text));
        if (compose)
            parts = Compose(parts);
        var builder = new AlignedText.Builder(text);
        Span<char> symbols = stackalloc char[2];
        foreach (var part in parts)
            builder.Put(symbols[..new Rune(part.Code).EncodeToUtf16(symbols)], part.Start, part.Length);
        return builder.Build();
    }

    private List<Part> Decompose(string text)
    {
        var parts = new List<Part>(text.Length + 8);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.Utf16SequenceLength;
            if (!rune.IsAscii && UnicodeDecompositions.Decompose(rune.Value, compatibility) is { } codes)
            {
                foreach (var code in codes)
                    parts.Add(new(code, UnicodeDecompositions.CombiningClass(code), at, length));
            }
            else
            {
                parts.Add(new(rune.Value, UnicodeDecompositions.CombiningClass(rune.Value), at, length));
            }
            at += length;
        }
        return parts;
    }

    /// <summary>Sorts each run of combining characters by their class, those of one class as they stand.</summary>
    private static List<Part> Order(List<Part> parts)
    {
        for (var start = 0; start < parts.Count; start++)
        {
            if (parts[start].Class == 0)
                continue;
            var end = start;
            while (end < parts.Count && parts[end].Class != 0)
                end++;
            if (end - start > 1)
            {
                Part[] sorted = [.. parts[start..end].OrderBy(part => part.Class)];
                for (var at = start; at < end; at++)
                    parts[at] = sorted[at - start];
            }
            start = end;
        }
        return parts;
    }

    /// <summary>Joins each starter with the characters after it that nothing blocks.</summary>
    private static List<Part> Compose(List<Part> parts)
    {
        var composed = new List<Part>(parts.Count);
        var (starter, last) = (-1, 0);
        foreach (var part in parts)
        {
            var isNext = starter == composed.Count - 1;
            if (starter >= 0 && (isNext || (last != 0 && last < part.Class)) && UnicodeDecompositions.Compose(composed[starter].Code, part.Code) is { } code)
            {
                var old = composed[starter];
                composed[starter] = old with { Code = code, Length = Math.Max(old.Start + old.Length, part.Start + part.Length) - old.Start };
                continue;
            }
            composed.Add(part);
            last = part.Class;
            if (part.Class == 0)
                starter = composed.Count - 1;
        }
        return composed;
    }

    private readonly record struct Part(int Code, int Class, int Start, int Length);
}
