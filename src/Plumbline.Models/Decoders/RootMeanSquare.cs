using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Root-mean-square normalisation without its weight (Zhang and Sennrich 2019).</summary>
internal static class RootMeanSquare
{
    /// <param name="input">[…, width]</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <returns>x / √(mean x² + ε)</returns>
    public static Tensor Normalise(Tensor input, double epsilon) => input * input.Squared().mean([-1], keepdim: true).Plus(epsilon).rsqrt();
}
