using System.Text;

namespace Plumbline.Models.Tokenizers.Decoders;

/// <summary>Reads the letters of <see cref="ByteAlphabet"/> as bytes, and all bytes as one text; what is no UTF-8 becomes U+FFFD.</summary>
/// <remarks>A token with any other character stands for its own UTF-8.</remarks>
internal sealed class ByteLevelStage(DecodingStage next) : WholeTokenStage(next)
{
    private readonly System.Text.Decoder text = Encoding.UTF8.GetDecoder();

    public override void Finish()
    {
        Next.Push(Characters([], flush: true), isEnd: true);
        Next.Finish();
    }

    protected override void Read(string token) => Next.Push(Characters(ByteAlphabet.ToBytes(token) ?? Encoding.UTF8.GetBytes(token), flush: false), isEnd: false);

    private string Characters(byte[] bytes, bool flush)
    {
        var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length + 4)];
        return new(characters, 0, text.GetChars(bytes, characters, flush));
    }
}
