using Plumbline.Alignment;
using Plumbline.Models;

namespace Plumbline.Cli.Tests;

/// <summary>A model folder that is trained in no time: random weights, the tokenizer of the bundled model.</summary>
internal static class TinyModelFolder
{
    /// <returns>The folder.</returns>
    public static string Write(string folder, ulong seed = 1)
    {
        using var bundled = LanguageModel.Load(BundledModel.Find());
        using var model = LanguageModel.Create(new() { VocabularySize = 1, Width = 16, FeedForwardWidth = 24, Layers = 2, Heads = 4, KeyValueHeads = 2, MaximumPositions = 256 }, bundled.Tokenizer, seed);
        model.Save(folder);
        return folder;
    }
}
