using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Rotary position embedding in the layout of Hugging Face's checkpoints: number i of a head is paired with number i + half.</summary>
internal static class HalfSplitRotary
{
    /// <param name="positions">[batch, time], int64</param>
    /// <param name="config">Shape of the decoder.</param>
    /// <param name="local">Whether for the layers that slide.</param>
    /// <returns>Cosines and signed sines, [2, batch, time, 1, turned width]; the same for every layer of the kind.</returns>
    public static Tensor At(Tensor positions, DecoderConfig config, bool local)
    {
        var parts = RotaryEmbedding.At(positions, config, local).view_as_real(); // [batch, time, 1, turned width / 2, 2]
        var (cosines, sines) = (parts.select(-1, 0), parts.select(-1, 1));
        return stack([cat([cosines, cosines], -1), cat([sines.neg(), sines], -1)]);
    }

    /// <param name="heads">[batch, time, heads, head]</param>
    /// <param name="turns">What <see cref="At"/> returned.</param>
    public static Tensor Turn(Tensor heads, Tensor turns)
    {
        var turned = turns.shape[^1];
        if (turned < heads.shape[3])
        {
            var parts = heads.split([turned, heads.shape[3] - turned], dim: 3);
            return cat([Turn(parts[0], turns), parts[1]], -1);
        }
        return (heads * turns[0]).Plus(heads.roll(turned / 2, -1) * turns[1]); // partners change places; the sines know their signs
    }
}
