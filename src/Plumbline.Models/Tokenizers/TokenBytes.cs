using System.Text;
using Plumbline.Models.Tokenizers.Decoders;

namespace Plumbline.Models.Tokenizers;

/// <summary>What a token adds to a text that has begun, in bytes: part of a character, perhaps.</summary>
internal static class TokenBytes
{
    private const string Before = "a";

    extension(Tokenizer tokenizer)
    {
        /// <param name="id">A token of the tokenizer.</param>
        /// <exception cref="ArgumentOutOfRangeException">The id is no token.</exception>
        public byte[] BytesOf(int id)
        {
            var pipeline = tokenizer.Pipeline;
            ArgumentOutOfRangeException.ThrowIfNegative(id);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, pipeline.Size);
            if (pipeline.TokenOf(id) is not { } token)
                return [];
            return pipeline.Decoder?.Spell(token) ?? Encoding.UTF8.GetBytes(TextAfter(pipeline.Decoder, token));
        }
    }

    /// <summary>Decoders treat the beginning of a text in a way of its own; so another token goes before.</summary>
    private static string TextAfter(TokenDecoder? decoder, string token)
    {
        var sink = new TextSink();
        var stage = decoder?.Start(sink) ?? new SpacedStage(sink);
        stage.Push(Before, isEnd: true);
        stage.Push(token, isEnd: true);
        stage.Finish();
        var text = sink.Take();
        return text.StartsWith(Before, StringComparison.Ordinal) ? text[Before.Length..] : text;
    }
}
