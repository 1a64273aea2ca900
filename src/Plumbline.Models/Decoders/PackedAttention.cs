using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Attention in a row of packed texts, text by text: a mask over the whole row would cost the square of its length.</summary>
internal sealed class PackedAttention
{
    private readonly IReadOnlyList<TextRun> runs;
    private readonly long[] lengths;
    private readonly DecoderConfig config;
    private readonly Dictionary<(int Time, int Before), Tensor> masks = []; // the same in every layer

    /// <param name="runs">What the row is made of.</param>
    /// <param name="window">How many tokens, itself included, a token sees; null: all before it.</param>
    /// <param name="config">Shape of the decoder.</param>
    /// <param name="device">Where the decoder is.</param>
    public PackedAttention(IReadOnlyList<TextRun> runs, int? window, DecoderConfig config, Device device)
    {
        (this.runs, this.config) = (runs, config);
        lengths = [.. runs.Select(run => (long)run.Length)];
        foreach (var shape in runs.Select(Shape).Distinct())
        {
            if (Mask(shape, window, device) is { } mask)
                masks.Add(shape, mask);
        }
    }

    /// <param name="queries">[1, heads, tokens, head]</param>
    /// <param name="keys">Likewise.</param>
    /// <param name="values">Likewise.</param>
    /// <returns>[1, tokens, heads, head]</returns>
    public Tensor Of(Tensor queries, Tensor keys, Tensor values)
    {
        var (asking, asked, told) = (Split(queries), Split(keys), Split(values)); // per run [1, time, heads, head]
        return cat([.. runs.Select((run, index) => run.After is { } before
            ? Attend(run, asking[index], cat([asked[before], asked[index]], 1), cat([told[before], told[index]], 1))
            : Attend(run, asking[index], asked[index], told[index]))], 1);
    }

    private Tensor Attend(TextRun run, Tensor queries, Tensor keys, Tensor values) =>
        Attention.Of(queries.transpose(1, 2), keys.transpose(1, 2), values.transpose(1, 2), masks.GetValueOrDefault(Shape(run)), config).transpose(1, 2);

    /// <summary>Along tokens, which lie one after the other in memory: gradients are put together again without a detour.</summary>
    private Tensor[] Split(Tensor heads) => heads.transpose(1, 2).split(lengths, dim: 1);

    private (int Time, int Before) Shape(TextRun run) => (run.Length, run.After is { } before ? runs[before].Length : 0);

    /// <summary>What some tokens see of those before them and of themselves, [1, 1, time, before + time]; null: each sees all up to itself, and nothing is before them.</summary>
    private static Tensor? Mask((int Time, int Before) shape, int? window, Device device)
    {
        var (time, before) = shape;
        if (before == 0 && !(time > window))
            return null;
        var all = ones([1, 1, time, before + time], ScalarType.Bool, device);
        return window is { } size ? all.tril(before) & all.triu(before - size + 1) : all.tril(before);
    }
}
