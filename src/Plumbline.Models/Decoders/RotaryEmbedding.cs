using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Rotary position embedding: turns each pair of numbers of a query or key by an angle proportional to its position (Su et al. 2021).</summary>
/// <remarks>
/// Checkpoints in the layout of Hugging Face pair number i of a head with number i + half. Here the rows of the projection are
/// interleaved first, so that pairs lie side by side and the turn is one complex product; scores of attention do not see the order.
/// </remarks>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor turns; // [positions, head / 2], complex

    public RotaryEmbedding(DecoderConfig config)
    {
        using var scope = NewDisposeScope();
        var exponents = arange(0, config.HeadWidth, 2, ScalarType.Float64) / config.HeadWidth;
        var angles = outer(arange(0, config.MaximumPositions, ScalarType.Float64), pow(config.RopeTheta, -exponents));
        turns = polar(ones_like(angles), angles).to(ScalarType.ComplexFloat32).DetachFromDisposeScope();
    }

    /// <summary>Puts the rows of a projection matrix into the order that <see cref="Turn"/> expects.</summary>
    public static Tensor Interleave(Tensor weight, long heads) =>
        weight.view(heads, 2, -1, weight.shape[1]).transpose(1, 2).reshape(weight.shape);

    /// <param name="positions">[batch, time]</param>
    /// <returns>[batch, time, 1, head / 2], complex; the same for every layer.</returns>
    public Tensor At(Tensor positions) => turns.to(positions.device)[positions].unsqueeze(2);

    /// <param name="heads">[batch, time, heads, head]</param>
    /// <param name="at">What <see cref="At"/> returned.</param>
    public static Tensor Turn(Tensor heads, Tensor at) =>
        (heads.unflatten(3, [-1, 2]).view_as_complex() * at).view_as_real().flatten(-2);

    public void Dispose() => turns.Dispose();
}
