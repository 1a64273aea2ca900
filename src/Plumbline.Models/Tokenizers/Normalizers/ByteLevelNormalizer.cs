using System.Text;

namespace Plumbline.Models.Tokenizers.Normalizers;

/// <summary>Writes every byte of UTF-8 as its letter of <see cref="ByteAlphabet"/>.</summary>
internal sealed class ByteLevelNormalizer : Normalizer
{
    public override AlignedText Normalize(AlignedText text) => Map(text, rune => ByteAlphabet.Spell(rune.ToString()));
}
