using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Keys and values of the tokens that a decoder has read, so that the next token costs one token and not the whole text.</summary>
/// <remarks>
/// Allocated once for its full capacity. Not for gradients: use it inside <c>torch.inference_mode()</c> or <c>torch.no_grad()</c>.
/// The weights of the decoder must not change while it lives: it keeps what is made of them.
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] keys, values; // per layer [batch, key heads, capacity, head]
    private readonly FusedWeights?[] fused; // per layer
    private PromptPrefix? prefix;

    /// <param name="config">Shape of the decoder.</param>
    /// <param name="batch">How many rows.</param>
    /// <param name="capacity">How many tokens per row, prompt and answer together.</param>
    /// <param name="device">Where the decoder is; the CPU if null.</param>
    public KeyValueCache(DecoderConfig config, int batch, int capacity, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
        keys = Allocate();
        values = Allocate();
        fused = new FusedWeights?[config.Layers];

        Tensor[] Allocate() => [.. Enumerable.Range(0, config.Layers).Select(_ =>
            zeros([batch, config.KeyValueHeads, capacity, config.HeadWidth], ScalarType.Float32, device).DetachFromDisposeScope())];
    }

    /// <summary>How many tokens fit into a row.</summary>
    public int Capacity { get; }

    /// <summary>How many tokens of each row have been read.</summary>
    public int Length { get; private set; }

    /// <summary>The step that the text of each row has come to, where an adapter has experts for steps; null before the first token.</summary>
    internal int[]? Steps { get; set; }

    /// <summary>Forgets all rows but these, in this order.</summary>
    /// <param name="rows">[kept], int64</param>
    public void Keep(Tensor rows)
    {
        if (Steps is { } steps)
            Steps = [.. rows.cpu().data<long>().ToArray().Select(row => steps[row])];
        foreach (var side in (Tensor[][])[keys, values])
        {
            for (var layer = 0; layer < side.Length; layer++)
            {
                using var all = side[layer];
                side[layer] = all.index_select(0, rows).DetachFromDisposeScope();
            }
        }
    }

    /// <summary>Adds what a layer made of the new tokens and gives back everything it has.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="key">[batch, key heads, time, head]</param>
    /// <param name="value">Likewise.</param>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor key, Tensor value)
    {
        var time = key.shape[2];
        if (Length + time > Capacity)
            throw new ArgumentException($"The cache holds {Capacity} tokens; {Length} are there and {time} more do not fit.", nameof(key));
        keys[layer].narrow(2, Length, time).copy_(key);
        values[layer].narrow(2, Length, time).copy_(value);
        return (keys[layer].narrow(2, 0, Length + time), values[layer].narrow(2, 0, Length + time));
    }

    /// <summary>The matrices of a layer, fused when they are first asked for.</summary>
    internal FusedWeights Fused(int layer, Func<FusedWeights> fuse)
    {
        if (fused[layer] is { } known)
            return known;
        var made = fuse();
        foreach (var tensor in made.All)
            tensor.DetachFromDisposeScope();
        fused[layer] = made;
        return made;
    }

    /// <summary>What the layers make of the virtual tokens, read when they are first asked for. They do not count to the length.</summary>
    internal PromptPrefix Prefix(Func<PromptPrefix> read)
    {
        if (prefix is not null)
            return prefix;
        prefix = read();
        foreach (var tensor in prefix.All)
            tensor.DetachFromDisposeScope();
        return prefix;
    }

    internal void Advance(long time) => Length += (int)time;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in keys.Concat(values).Concat(fused.OfType<FusedWeights>().SelectMany(each => each.All).Where(tensor => tensor is not TorchSharp.Modules.Parameter)).Concat(prefix?.All ?? []))
            tensor.Dispose();
    }
}
