using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Plumbline.Models.Tokenizers;

/// <summary>Cuts text into the pieces inside which a tokenizer merges: words with their leading space, single digits, runs of punctuation, runs of white space.</summary>
/// <remarks>
/// The pattern comes from <c>tokenizer.json</c>, whose readers see whole code points where .NET sees surrogates. So each pair of surrogates is matched
/// as one character of its own Unicode category. A pattern that takes too long is refused.
/// </remarks>
internal sealed class TextSplitter : Microsoft.ML.Tokenizers.PreTokenizer
{
    /// <summary>The pattern of GPT-2, but every digit alone, so that a number of any length is read digit by digit.</summary>
    public const string DefaultPattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private static readonly IReadOnlyDictionary<UnicodeCategory, char> StandIns = Enumerable.Range(0, 0xD800).Concat(Enumerable.Range(0xE000, 0x2000))
        .Select(code => (char)code).GroupBy(char.GetUnicodeCategory).ToDictionary(group => group.Key, group => group.Last());

    private readonly Regex regex;

    /// <exception cref="ArgumentException">The pattern is no regular expression.</exception>
    public TextSplitter(string pattern)
    {
        Pattern = pattern;
        regex = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled, TimeSpan.FromSeconds(5));
    }

    public string Pattern { get; }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        var (shadow, widths) = Shadow(text);
        int from = 0, offset = 0;
        foreach (var (start, length) in Pieces(shadow))
        {
            offset += Width(from, start);
            var width = Width(start, start + length);
            yield return (offset, width);
            offset += width;
            from = start + length;
        }

        int Width(int begin, int end)
        {
            if (widths is null)
                return end - begin;
            var sum = 0;
            for (var at = begin; at < end; at++)
                sum += widths[at];
            return sum;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    /// <summary>Matches, and what lies between them: the behaviour that tokenizer.json calls <c>Isolated</c>.</summary>
    private List<(int Start, int Length)> Pieces(string text)
    {
        var pieces = new List<(int, int)>();
        var end = 0;
        foreach (var match in regex.EnumerateMatches(text))
        {
            if (match.Index > end)
                pieces.Add((end, match.Index - end));
            if (match.Length > 0)
                pieces.Add((match.Index, match.Length));
            end = match.Index + match.Length;
        }
        if (end < text.Length)
            pieces.Add((end, text.Length - end));
        return pieces;
    }

    private static (string Text, byte[]? Widths) Shadow(string text)
    {
        if (!text.Any(char.IsSurrogate))
            return (text, null);
        var shadow = new StringBuilder(text.Length);
        var widths = new List<byte>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            shadow.Append(rune.IsBmp ? (char)rune.Value : StandIns.GetValueOrDefault(Rune.GetUnicodeCategory(rune), '\uFFFD'));
            widths.Add((byte)rune.Utf16SequenceLength);
        }
        return (shadow.ToString(), [.. widths]);
    }
}
