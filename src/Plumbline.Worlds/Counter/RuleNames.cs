using System.Text.RegularExpressions;

namespace Plumbline.Worlds.Counter;

/// <summary>Finds the rules of a specification that an answer names.</summary>
/// <remarks>A name of several words counts wherever it stands whole. A name that is a word of the language ("receipt", "returns") counts only where it is marked as a name:
/// in brackets or quotation marks, or beside the word "rule"; "Do you have the receipt?" names no rule.</remarks>
internal sealed class RuleNames(Specification specification)
{
    private readonly (string Id, Regex Pattern)[] _patterns = [.. specification.Rules.Select(rule => (rule.Id, Compile(rule.Id)))];

    /// <summary>The rules that are named, in the order of the specification.</summary>
    public string[] In(string answer) => [.. _patterns.Where(name => name.Pattern.IsMatch(answer)).Select(name => name.Id)];

    /// <summary>The answer without names that could be misread as words of it ("no-returns: …").</summary>
    public string Without(string answer) => _patterns.Where(name => name.Id.Contains('-', StringComparison.Ordinal)).Aggregate(answer, (text, name) => name.Pattern.Replace(text, ""));

    private static Regex Compile(string id)
    {
        var exact = Regex.Escape(id);
        var loose = exact.Replace("-", "[- _]", StringComparison.Ordinal);
        const string Words = @"\s{0,3}(?:(?:see|per|under|by|the|rules?:?)\s{1,3}){0,3}";
        var marked = $@"(?<=[(\[`""*“‘']{Words}){loose}(?=(?:\s{{1,3}}rule)?\s{{0,3}}[)\]`""*”’',;/])|(?<=[,;/]{Words}){loose}(?=(?:\s{{1,3}}rule)?\s{{0,3}}[)\]])"
            + $@"|(?<=\brules?:?\s{{1,3}}){loose}(?![\w-])|(?<![\w-]){loose}(?=\s{{1,3}}rule\b)";
        return new Regex(id.Contains('-', StringComparison.Ordinal) ? $@"(?<![\w-]){exact}(?![\w-])|{marked}" : marked, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }
}
