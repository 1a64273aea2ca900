using System.Runtime.InteropServices;

namespace Plumbline.Models.Inference;

/// <summary>Keys and values of up to 32 neighbouring tokens of a text, in all layers. What is written is never changed, so that texts that begin alike share it.</summary>
/// <remarks>Keys lie [head width, tokens], so that the scores of all its tokens are computed side by side; values lie [tokens, head width].</remarks>
internal sealed unsafe class KeyValueBlock
{
    /// <summary>Tokens of a block.</summary>
    public const int Tokens = 32;

    private readonly int heads, width;
    private float* numbers;

    /// <param name="config">Shape of the decoder.</param>
    public KeyValueBlock(DecoderConfig config)
    {
        (heads, width) = (config.KeyValueHeads, config.HeadWidth);
        numbers = (float*)NativeMemory.AlignedAlloc((nuint)BytesOf(config), 64);
    }

    /// <summary>How many texts and caches hold it.</summary>
    public int Holders { get; set; }

    public static long BytesOf(DecoderConfig config) => (long)config.Layers * config.KeyValueHeads * config.HeadWidth * Tokens * 2 * sizeof(float);

    public float* Keys(int layer, int head) => numbers + ((long)layer * heads + head) * (2 * Tokens) * width;

    public float* Values(int layer, int head) => Keys(layer, head) + Tokens * width;

    /// <summary>Takes over the first tokens of another block.</summary>
    public void Copy(KeyValueBlock other, int tokens, int layers)
    {
        for (var layer = 0; layer < layers; layer++)
        {
            for (var head = 0; head < heads; head++)
            {
                for (var at = 0; at < width; at++)
                    new Span<float>(other.Keys(layer, head) + at * Tokens, tokens).CopyTo(new(Keys(layer, head) + at * Tokens, tokens));
                new Span<float>(other.Values(layer, head), tokens * width).CopyTo(new(Values(layer, head), tokens * width));
            }
        }
    }

    public void Free()
    {
        NativeMemory.AlignedFree(numbers);
        numbers = null;
    }
}
