using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Plumbline.Models.Tokenizers.Patterns;

/// <summary>A regular expression of tokenizer.json.</summary>
/// <remarks>
/// Its readers see whole code points where .NET sees surrogates. So each pair of surrogates is matched as one character of its own Unicode category
/// that the expression does not name. An expression that takes too long is refused.
/// </remarks>
internal sealed class RegularPattern : TextPattern
{
    private static readonly IReadOnlyDictionary<UnicodeCategory, char> StandIns = Enumerable.Range(0, 0xD800).Concat(Enumerable.Range(0xE000, 0x2000))
        .Select(code => (char)code).GroupBy(char.GetUnicodeCategory).ToDictionary(group => group.Key, group => group.Last());

    private readonly Regex regex;

    /// <param name="expression">The expression, as it stands in the file.</param>
    /// <exception cref="ArgumentException">It is no regular expression, or uses something that is not known here.</exception>
    public RegularPattern(string expression)
    {
        Expression = expression;
        regex = new Regex(OnigurumaTranslator.Translate(expression), RegexOptions.CultureInvariant | RegexOptions.Compiled, TimeSpan.FromSeconds(5));
    }

    /// <summary>As it stands in the file.</summary>
    public string Expression { get; }

    /// <inheritdoc/>
    protected override IEnumerable<(int Start, int Length)> Matches(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Widened(text) : Found(text);

    /// <summary>Matches in the shadow of a text, in places of the text itself.</summary>
    private IEnumerable<(int Start, int Length)> Widened(string text)
    {
        var shadow = new StringBuilder(text.Length);
        var starts = new List<int>(text.Length + 1);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            shadow.Append(rune.IsBmp ? (char)rune.Value : StandIn(rune));
            starts.Add(at);
            at += rune.Utf16SequenceLength;
        }
        starts.Add(at);
        return Found(shadow.ToString()).Select(match => (starts[match.Start], starts[match.Start + match.Length] - starts[match.Start]));
    }

    private static char StandIn(Rune rune) => Rune.GetUnicodeCategory(rune) is var category && category == UnicodeCategory.OtherSymbol && Characters.IsWord(rune)
        ? '\u24B6' // a letter in a circle, which is of words, for one in a square
        : StandIns.GetValueOrDefault(category, '\uFFFD');

    private List<(int Start, int Length)> Found(string text)
    {
        var found = new List<(int, int)>();
        var end = -1;
        foreach (var match in regex.EnumerateMatches(text))
        {
            // An empty match right behind another match does not count for Oniguruma.
            if (match.Length == 0 && match.Index == end)
                continue;
            found.Add((match.Index, match.Length));
            end = match.Index + match.Length;
        }
        return found;
    }
}
