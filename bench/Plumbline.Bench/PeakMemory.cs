using System.Diagnostics;
using System.Globalization;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Bench;

/// <summary>Most memory of a process that makes a step of DPO with a LoRA adapter on a model of the shape of Qwen2.5-0.5B, against the bytes of its weights.</summary>
/// <remarks>The kernel's own mark (VmHWM) of three processes: one that has made a step with a model of two small layers, which is the runtime, libtorch and compiled code; and the real one.</remarks>
internal static class PeakMemory
{
    private static readonly DecoderConfig Real = new()
    {
        Architecture = DecoderArchitecture.Qwen2,
        VocabularySize = 151_936,
        Width = 896,
        FeedForwardWidth = 4864,
        Layers = 24,
        Heads = 14,
        KeyValueHeads = 2,
        QueryKeyValueBias = true,
    };

    private static readonly DecoderConfig Small = Real with { VocabularySize = 256, Width = 64, FeedForwardWidth = 64, Layers = 2, Heads = 2 };

    public static void Run(string[] arguments)
    {
        if (arguments is [var which, var folder])
        {
            Step(which == "real" ? Real : Small, folder);
            Console.WriteLine(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]);
            return;
        }
        var place = Directory.CreateTempSubdirectory("plumbline-memory").FullName;
        try
        {
            foreach (var (name, config) in ((string, DecoderConfig)[])[("real", Real), ("small", Small)])
            {
                using var decoder = new Decoder(config);
                decoder.Initialise(1);
                decoder.Save(Path.Combine(place, name));
            }
            var (baseline, peak, weights) = (Child("small", place), Child("real", place), 4.0 * Real.Parameters);
            Console.WriteLine($"DPO with LoRA of rank 16, {Real.Parameters / 1e6:F0} M weights: peak {peak / 1e6:F0} MB, runtime {baseline / 1e6:F0} MB, weights {weights / 1e6:F0} MB: {(peak - baseline) / weights:F2} times the weights");
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static double Child(string which, string place)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["memory", which, Path.Combine(place, which)]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? 1024 * double.Parse(said, CultureInfo.InvariantCulture) : throw new InvalidOperationException("The process did not end well.");
    }

    private static void Step(DecoderConfig config, string folder)
    {
        using var decoder = Decoder.Load(folder);
        foreach (var parameter in decoder.parameters())
            parameter.requires_grad_(false);
        using var adapter = LowRankAdapter.Create(new LowRankAdapterConfig(16, 32), decoder, seed: 1);
        decoder.Attach(adapter);
        var draws = new Draws(1, "memory");
        PairExample[] pairs = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            var prompt = Text(120);
            return new PairExample(TokenExample.Completion(prompt, Text(160)), TokenExample.Completion(prompt, Text(160)));
        })];
        PreferenceTraining.Run(decoder, pairs, _ => [0, 1, 2, 3], new DirectPreferenceOptimization(0.1), 512,
            new TrainingOptions { Steps = 2, LearningRate = new Schedule(1e-4), TokensPerPass = 640, Checkpointing = true }, null, default);

        int[] Text(int length) => [.. Enumerable.Range(0, length).Select(_ => draws.Next(config.VocabularySize))];
    }
}
