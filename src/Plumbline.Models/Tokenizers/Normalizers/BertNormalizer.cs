using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>The cleaning of BERT: no control characters, one kind of space, ideographs apart, perhaps no accents and lower case.</summary>
internal sealed class BertNormalizer(bool cleanText, bool separateIdeographs, bool stripAccents, bool lowercase) : Normalizer
{
    private static readonly UnicodeNormalizer Decompose = new(compose: false, compatibility: false);
    private static readonly LowercaseNormalizer Lower = new();

    public override AlignedText Normalize(AlignedText text)
    {
        if (cleanText)
            text = Map(text, Clean);
        if (separateIdeographs)
            text = Map(text, rune => IsIdeograph(rune.Value) ? $" {rune} " : null);
        if (stripAccents)
            text = Map(Decompose.Normalize(text), rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? "" : null);
        return lowercase ? Lower.Normalize(text) : text;
    }

    private static string? Clean(Rune rune) =>
        rune.Value is '\t' or '\n' or '\r' ? " "
        : rune.Value is 0 or 0xFFFD || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse ? ""
        : Rune.IsWhiteSpace(rune) ? " "
        : null;

    /// <summary>The blocks that BERT takes for Chinese, gap before U+2B920 included.</summary>
    private static bool IsIdeograph(int code) => code is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
