using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Root-mean-square normalisation without its weight (Zhang and Sennrich 2019).</summary>
internal static class RootMeanSquare
{
    /// <summary>From so many numbers on it is made in one pass over them: below, starting it would cost more.</summary>
    private const int FewNumbers = 1 << 15;

    /// <param name="input">[…, width]</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <returns>x / √(mean x² + ε)</returns>
    public static Tensor Normalise(Tensor input, double epsilon) =>
        input.numel() < FewNumbers || input.dtype != ScalarType.Float32 || input.device_type != DeviceType.CPU || !input.is_contiguous() ? input * input.Squared().mean([-1], keepdim: true).Plus(epsilon).rsqrt()
        : RootMeanSquarePass.apply(input, epsilon);
}
