using System.Runtime.CompilerServices;
using Plumbline.Models;

namespace Plumbline.Training.Tests;

/// <summary>A model small enough to train in a second.</summary>
internal static class TinyModel
{
    private static readonly Lazy<Tokenizer> Words = new(() => Tokenizer.Train(["the cat sat on the mat because the mat was warm", "yes, the rule says so, because"], 290));

    [ModuleInitializer] // equal bit for bit means: at the same number of threads
    internal static void OneThread() => LibTorch.Threads = 1;

    public static LanguageModel Make(ulong seed = 1, int width = 16, int layers = 2) => LanguageModel.Create(
        new() { VocabularySize = 1, Width = width, FeedForwardWidth = 24, Layers = layers, Heads = 4, KeyValueHeads = 2, MaximumPositions = 256 }, Words.Value, seed);

    public static byte[] Bytes(Decoder decoder) =>
        [.. decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal).SelectMany(each => each.parameter.bytes.ToArray())];

    public static double[] Numbers(Decoder decoder) =>
        [.. decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal).SelectMany(each => each.parameter.data<float>().ToArray()).Select(number => (double)number)];

    /// <summary>Texts that depend on nothing but seed and index.</summary>
    public static TokenExample Text(int seed, long index, int longest = 40)
    {
        var draws = new Draws(seed, "text", index);
        int[] ids = [.. Enumerable.Range(0, draws.Between(4, longest)).Select(_ => draws.Between(10, 60))];
        return TokenExample.Completion(ids[..2], ids[2..]);
    }
}
