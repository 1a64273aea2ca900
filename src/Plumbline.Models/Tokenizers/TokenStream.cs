using System.Text;

namespace Plumbline.Models.Tokenizers;

/// <summary>Decodes token by token what <see cref="Tokenizer.Decode"/> decodes whole: gives each character as soon as no later token can change it.</summary>
internal sealed class TokenStream(Tokenizer tokenizer, bool skipSpecial = false)
{
    private readonly System.Text.Decoder text = Encoding.UTF8.GetDecoder();

    /// <param name="id">The next token.</param>
    /// <returns>The text that is certain now; often none.</returns>
    public string Push(int id) => skipSpecial && tokenizer.IsSpecial(id) ? "" : Read(tokenizer.BytesOf(id), flush: false);

    /// <returns>What was held back; the stream can then be used anew.</returns>
    public string Flush() => Read([], flush: true);

    private string Read(ReadOnlySpan<byte> bytes, bool flush)
    {
        var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length + 4)];
        return new(characters, 0, text.GetChars(bytes, characters, flush));
    }
}
