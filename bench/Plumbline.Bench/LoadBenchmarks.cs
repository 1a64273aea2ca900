using BenchmarkDotNet.Attributes;
using Plumbline.Models;

namespace Plumbline.Bench;

/// <summary>Opening a checkpoint of 2 GB against reading its file into memory: what is mapped is not copied.</summary>
[SimpleJob(launchCount: 1, warmupCount: 1, iterationCount: 5, invocationCount: 1)]
public class LoadBenchmarks
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "plumbline-load-benchmark");

    [GlobalSetup]
    public void Write()
    {
        using var decoder = new Decoder(new DecoderConfig { VocabularySize = 32_000, Width = 1024, FeedForwardWidth = 2816, Layers = 36, Heads = 16, KeyValueHeads = 16 });
        decoder.Initialise(1);
        decoder.Save(_folder);
    }

    [GlobalCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true)]
    public long ReadFile()
    {
        using var file = File.OpenHandle(Path.Combine(_folder, "model.safetensors"));
        var parts = new List<byte[]>(); // an array holds no 2 GB
        for (long at = 0; at < RandomAccess.GetLength(file); at += parts[^1].Length)
        {
            var part = new byte[Math.Min(1 << 26, RandomAccess.GetLength(file) - at)];
            for (var filled = 0; filled < part.Length;)
                filled += RandomAccess.Read(file, part.AsSpan(filled), at + filled);
            parts.Add(part);
        }

        return parts.Sum(part => (long)part.Length);
    }

    /// <summary>Opens it and sees that every weight is a finite number.</summary>
    [Benchmark]
    public long LoadDecoder()
    {
        using var decoder = Decoder.Load(_folder);
        return decoder.Config.Parameters;
    }
}
