using Plumbline.Models.Tokenizers.Decoders;

namespace Plumbline.Models.Tokenizers;

/// <summary>Decodes token by token what <see cref="Tokenizer.Decode"/> decodes whole: gives each character as soon as no later token can change it.</summary>
internal sealed class TokenStream(Tokenizer tokenizer, bool skipSpecial = false)
{
    private readonly TextSink sink = new();
    private DecodingStage? first;

    /// <param name="id">The next token.</param>
    /// <returns>The text that is certain now; often none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is no token.</exception>
    public string Push(int id)
    {
        var pipeline = tokenizer.Pipeline;
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, pipeline.Size);
        if (pipeline.TokenOf(id) is not { } token || (skipSpecial && pipeline.IsSpecial(id)))
            return "";
        Start().Push(token, isEnd: true);
        return sink.Take();
    }

    /// <returns>What was held back. The stream can then be used anew.</returns>
    public string Flush()
    {
        Start().Finish();
        first = null;
        return sink.Take();
    }

    private DecodingStage Start() => first ??= tokenizer.Pipeline.Decoder?.Start(sink) ?? new SpacedStage(sink);
}
