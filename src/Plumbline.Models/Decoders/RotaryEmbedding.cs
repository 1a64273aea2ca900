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
    /// <summary>Puts the rows of a projection matrix into the order that <see cref="Turn"/> expects.</summary>
    public static Tensor Interleave(Tensor weight, long heads) =>
        weight.view(heads, 2, -1, weight.shape[1]).transpose(1, 2).reshape(weight.shape);

    /// <param name="positions">[batch, time], int64</param>
    /// <param name="config">Shape of the decoder.</param>
    /// <returns>[batch, time, 1, head / 2], complex; the same for every layer.</returns>
    public static Tensor At(Tensor positions, DecoderConfig config)
    {
        var exponents = TensorArithmetic.CountUpTo(config.HeadWidth / 2, positions.device).to(ScalarType.Float64).Times(2).Over(config.HeadWidth);
        var angles = positions.unsqueeze(-1) * pow(config.RopeTheta, -exponents);
        return polar(ones_like(angles), angles).to(ScalarType.ComplexFloat32).unsqueeze(2);
    }

    /// <param name="heads">[batch, time, heads, head]</param>
    /// <param name="turns">What <see cref="At"/> returned.</param>
    public static Tensor Turn(Tensor heads, Tensor turns) =>
        (heads.unflatten(3, [-1, 2]).view_as_complex() * turns).view_as_real().flatten(-2);
}
