namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>Takes away the marks that combine with other characters; precomposed letters stay as they are.</summary>
internal sealed class StripAccentsNormalizer : Normalizer
{
    public override AlignedText Normalize(AlignedText text) => Map(text, rune => Characters.IsMark(rune) ? "" : null);
}
