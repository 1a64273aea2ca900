namespace Plumbline.Models.Tokenizers.Patterns;

/// <summary>General categories of Unicode, by what patterns call them.</summary>
internal static class UnicodeCategories
{
    private static readonly IReadOnlyDictionary<string, string> LongNames = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Letter"] = "L",
        ["UppercaseLetter"] = "Lu",
        ["LowercaseLetter"] = "Ll",
        ["TitlecaseLetter"] = "Lt",
        ["ModifierLetter"] = "Lm",
        ["OtherLetter"] = "Lo",
        ["Mark"] = "M",
        ["NonspacingMark"] = "Mn",
        ["SpacingMark"] = "Mc",
        ["EnclosingMark"] = "Me",
        ["Number"] = "N",
        ["DecimalNumber"] = "Nd",
        ["LetterNumber"] = "Nl",
        ["OtherNumber"] = "No",
        ["Punctuation"] = "P",
        ["ConnectorPunctuation"] = "Pc",
        ["DashPunctuation"] = "Pd",
        ["OpenPunctuation"] = "Ps",
        ["ClosePunctuation"] = "Pe",
        ["InitialPunctuation"] = "Pi",
        ["FinalPunctuation"] = "Pf",
        ["OtherPunctuation"] = "Po",
        ["Symbol"] = "S",
        ["MathSymbol"] = "Sm",
        ["CurrencySymbol"] = "Sc",
        ["ModifierSymbol"] = "Sk",
        ["OtherSymbol"] = "So",
        ["Separator"] = "Z",
        ["SpaceSeparator"] = "Zs",
        ["LineSeparator"] = "Zl",
        ["ParagraphSeparator"] = "Zp",
        ["Other"] = "C",
        ["Control"] = "Cc",
        ["Format"] = "Cf",
        ["PrivateUse"] = "Co",
        ["Unassigned"] = "Cn",
    };

    /// <summary>The short name of a category, for example <c>Lu</c>, or null.</summary>
    /// <param name="name">Its short or its long name; case, blanks, hyphens and underscores make no difference.</param>
    public static string? Find(string name)
    {
        var plain = string.Concat(name.Where(symbol => symbol is not ('_' or ' ' or '-')));
        return LongNames.GetValueOrDefault(plain) ?? LongNames.Values.FirstOrDefault(known => known.Equals(plain, StringComparison.OrdinalIgnoreCase));
    }
}
