using System.Diagnostics;
using Plumbline.Models;
using Plumbline.Training;

namespace Plumbline.Bench;

/// <summary>Which share of the machine's float32 matrix-product peak supervised fine-tuning reaches; peak and steps are measured in turns.</summary>
/// <remarks>Counted as usual: 6 operations for each weight and token, and 12 · layers · width · half of the length for attention; softmax, norms and the optimiser count nothing.</remarks>
internal static class ArithmeticShare
{
    private const int Vocabulary = 8192, TextLength = 256, Tokens = 4096, Steps = 5;

    public static void Run()
    {
        Console.WriteLine($"Supervised fine-tuning, {Tokens} tokens a step in texts of {TextLength}, vocabulary {Vocabulary}, {LibTorch.Threads} threads");
        Measure(new() { VocabularySize = Vocabulary, Width = 512, FeedForwardWidth = 1408, Layers = 8, Heads = 8, KeyValueHeads = 8 });
        Measure(new() { VocabularySize = Vocabulary, Width = 1024, FeedForwardWidth = 2816, Layers = 4, Heads = 16, KeyValueHeads = 16 });
    }

    private static void Measure(DecoderConfig config)
    {
        using var decoder = new Decoder(config);
        decoder.Initialise(1);
        var draws = new Draws(1, "arithmetic");
        TokenExample[] texts = [.. Enumerable.Range(0, Tokens / TextLength).Select(_ => TokenExample.Whole([.. Enumerable.Range(0, TextLength).Select(_ => draws.Next(Vocabulary))]))];
        var operations = 6.0 * config.Parameters * Tokens + 12.0 * config.Layers * config.Width * (TextLength / 2.0) * Tokens;
        var (peaks, speeds) = (new List<double> { MatrixPeak.Measure() }, new List<double>());
        var clock = Stopwatch.StartNew();
        SupervisedTraining.Run(decoder, _ => texts, TextLength, new TrainingOptions { Steps = Steps, LearningRate = new Schedule(1e-4), ReportEvery = 1 }, new AtOnce(_ =>
        {
            speeds.Add(operations / clock.Elapsed.TotalSeconds);
            peaks.Add(MatrixPeak.Measure());
            clock.Restart();
        }), default);
        var speed = speeds.Skip(1).Order().ElementAt((speeds.Count - 1) / 2); // the first step warms up
        Console.WriteLine($"width {config.Width}, {config.Layers} layers, {config.Parameters / 1e6:F0} M weights: {speed / 1e9:F0} of {peaks.Max() / 1e9:F0} GFLOP/s = {speed / peaks.Max():P1} (peaks {string.Join(", ", peaks.Select(peak => $"{peak / 1e9:F0}"))})");
    }
}
