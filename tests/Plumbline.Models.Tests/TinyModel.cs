namespace Plumbline.Models.Tests;

/// <summary>A model small enough to check by hand: random weights, real tokenizer.</summary>
internal static class TinyModel
{
    private static readonly Lazy<Tokenizer> Words = new(() => Tokenizer.Train(["the cat sat on the mat because the mat was warm", "yes, the rule says so, because"], 290));

    public static Tokenizer Tokenizer => Words.Value;

    public static LanguageModel Make(ulong seed = 1, bool tied = true) => LanguageModel.Create(
        new()
        {
            VocabularySize = 1,
            Width = 16,
            FeedForwardWidth = 24,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            MaximumPositions = 256,
            TiedEmbeddings = tied,
        },
        Tokenizer, seed);

    public static byte[] Bytes(LanguageModel model) => [.. model.Decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal).SelectMany(each => each.parameter.bytes.ToArray())];
}
