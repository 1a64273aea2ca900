using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Inference;

/// <summary>Cosines and sines by position, computed once (Su et al. 2021).</summary>
/// <param name="config">Shape of the decoder.</param>
/// <param name="local">Whether for the layers that slide.</param>
/// <param name="longer">Whether for texts longer than the model first knew; differs only where stretching depends on that.</param>
internal sealed class RotaryTable(DecoderConfig config, bool local, bool longer)
{
    private readonly int half = config.RotaryWidth / 2;
    private float[] turns = []; // [positions, half, 2]
    private int known;

    /// <summary>Where a text stops being short, or null if that makes no difference.</summary>
    public static int? ShortPositions(DecoderConfig config) => (config.RopeScaling as LongScaling)?.OriginalPositions;

    /// <summary>Makes sure that positions below this are there.</summary>
    public void Reach(int positions)
    {
        if (positions <= known)
            return;
        var count = Math.Min(Math.Max(positions, 2 * known), config.MaximumPositions);
        if (!longer && ShortPositions(config) is { } shorter)
            count = Math.Max(positions, Math.Min(count, shorter)); // more would turn the long way
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        LibTorch.KeepThreads();
        var all = longer ? Math.Max(count, (ShortPositions(config) ?? 0) + 1) : count;
        turns = RotaryEmbedding.At(TensorArithmetic.CountUpTo(all).unsqueeze(0), config, local).view_as_real().contiguous().data<float>().ToArray();
        known = all;
    }

    /// <summary>Turns each number of the first half of a head with its partner in the second.</summary>
    public void Turn(Span<float> head, int position)
    {
        var angles = turns.AsSpan(position * half * 2, half * 2);
        var first = head[..half];
        var second = head.Slice(half, half);
        for (var pair = 0; pair < half; pair++)
        {
            var (cosine, sine) = (angles[2 * pair], angles[2 * pair + 1]);
            (first[pair], second[pair]) = (first[pair] * cosine - second[pair] * sine, second[pair] * cosine + first[pair] * sine);
        }
    }
}
