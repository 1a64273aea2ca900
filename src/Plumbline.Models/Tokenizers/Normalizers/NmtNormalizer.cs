namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>Takes away control characters and makes several kinds of blank a space, as for machine translation with SentencePiece.</summary>
internal sealed class NmtNormalizer : Normalizer
{
    public override AlignedText Normalize(AlignedText text) => Map(text, rune => rune.Value switch
    {
        (>= 0x1 and <= 0x8) or 0xB or (>= 0xE and <= 0x1F) or 0x7F or 0x8F or 0x9F => "",
        0x9 or 0xA or 0xC or 0xD or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD => " ",
        _ => null,
    });
}
