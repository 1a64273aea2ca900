using System.Text;

namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>Makes every character lower case, whatever stands around it.</summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    public override AlignedText Normalize(AlignedText text) => Map(text, rune => Lower(rune));

    // U+0130 is the one character whose lower case is two.
    private static string? Lower(Rune rune) =>
        rune.Value == 0x130 ? "i\u0307" : Rune.ToLowerInvariant(rune) is var lower && lower != rune ? lower.ToString() : null;
}
