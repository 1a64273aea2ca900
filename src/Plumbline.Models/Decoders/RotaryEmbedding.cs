using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Rotary position embedding: turns each pair of numbers of a query or key by an angle proportional to its position (Su et al. 2021).</summary>
/// <remarks>
/// Checkpoints in the layout of Hugging Face pair number i of a head with number i + half. Here the rows of the projection are
/// interleaved first, so that pairs lie side by side and the turn is one complex product; scores of attention do not see the order.
/// </remarks>
internal static class RotaryEmbedding
{
    /// <summary>Puts the rows of a projection (or of its bias, or of a norm of heads) into the order that <see cref="Turn"/> expects.</summary>
    /// <param name="rows">[heads · head, …]</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="config">Shape of the decoder.</param>
    public static Tensor Interleave(Tensor rows, long heads, DecoderConfig config)
    {
        if (config.LearntPositions)
            return rows;
        long[] rest = rows.shape[1..];
        if (config.RotaryWidth == config.HeadWidth)
            return rows.view([heads, 2, -1, .. rest]).transpose(1, 2).reshape(rows.shape);
        var parts = rows.view([heads, -1, .. rest]).split([config.RotaryWidth, config.HeadWidth - config.RotaryWidth], dim: 1);
        var turned = parts[0].unflatten(1, [2, -1]).transpose(1, 2).flatten(1, 2);
        return cat([turned, parts[1]], 1).reshape(rows.shape);
    }

    /// <param name="positions">[batch, time], int64</param>
    /// <param name="config">Shape of the decoder.</param>
    /// <param name="local">Whether for the layers that slide.</param>
    /// <returns>[batch, time, 1, turned width / 2], complex; the same for every layer of the kind.</returns>
    public static Tensor At(Tensor positions, DecoderConfig config, bool local)
    {
        var exponents = TensorArithmetic.CountUpTo(config.RotaryWidth / 2, positions.device).to(ScalarType.Float64).Times(-2.0 / config.RotaryWidth);
        var frequencies = pow(local && config.LocalRopeTheta is { } theta ? theta : config.RopeTheta, exponents);
        var scaling = local && config.LocalRopeTheta is not null ? null : config.RopeScaling;
        if (scaling is not null)
            frequencies = scaling.Stretch(frequencies, positions, config);
        var angles = positions.unsqueeze(-1) * frequencies;
        return polar(ones_like(angles).Times(scaling?.Magnitude(config) ?? 1), angles).to(ScalarType.ComplexFloat32).unsqueeze(2);
    }

    /// <param name="heads">[batch, time, heads, head]</param>
    /// <param name="turns">What <see cref="At"/> returned.</param>
    public static Tensor Turn(Tensor heads, Tensor turns)
    {
        var turned = turns.shape[^1] * 2;
        if (turned == heads.shape[3])
            return (heads.unflatten(3, [-1, 2]).view_as_complex() * turns).view_as_real().flatten(-2);
        var parts = heads.split([turned, heads.shape[3] - turned], dim: 3);
        return cat([(parts[0].contiguous().unflatten(3, [-1, 2]).view_as_complex() * turns).view_as_real().flatten(-2), parts[1]], -1);
    }
}
