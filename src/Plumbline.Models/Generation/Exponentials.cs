using System.Runtime.Intrinsics;

namespace Plumbline.Models.Generation;

/// <summary>Exponentials of many numbers at once.</summary>
internal static class Exponentials
{
    /// <summary>The logarithm of the sum of exponentials: what turns logits into log-probabilities when it is taken off.</summary>
    public static double LogSum(ReadOnlySpan<float> logits, float greatest)
    {
        var (lanes, shift) = (Vector256<double>.Zero, Vector256.Create((double)greatest));
        var at = 0;
        for (; at + Vector128<float>.Count <= logits.Length; at += Vector128<float>.Count)
            lanes += Vector256.Exp(Widen(Vector128.Create(logits[at..])) - shift);
        var sum = Vector256.Sum(lanes);
        for (; at < logits.Length; at++)
            sum += Math.Exp(logits[at] - (double)greatest);
        return greatest + Math.Log(sum);
    }

    /// <summary>exp((logit − greatest) / temperature) of each; 0 where a logit is not a number.</summary>
    public static void Weigh(ReadOnlySpan<float> logits, float greatest, double temperature, Span<double> weights)
    {
        var shift = Vector256.Create((double)greatest);
        var at = 0;
        for (; at + Vector128<float>.Count <= logits.Length; at += Vector128<float>.Count)
            Known(Vector256.Exp((Widen(Vector128.Create(logits[at..])) - shift) / temperature)).CopyTo(weights[at..]);
        for (; at < logits.Length; at++)
            weights[at] = float.IsNaN(logits[at]) ? 0 : Math.Exp((logits[at] - (double)greatest) / temperature);
    }

    /// <summary>The sum of many weights.</summary>
    public static double Sum(ReadOnlySpan<double> weights)
    {
        var (one, two, at) = (Vector256<double>.Zero, Vector256<double>.Zero, 0);
        for (; at + 2 * Vector256<double>.Count <= weights.Length; at += 2 * Vector256<double>.Count)
        {
            one += Vector256.Create(weights[at..]);
            two += Vector256.Create(weights[(at + Vector256<double>.Count)..]);
        }
        var sum = Vector256.Sum(one + two);
        for (; at < weights.Length; at++)
            sum += weights[at];
        return sum;
    }

    private static Vector256<double> Known(Vector256<double> weights) => Vector256.ConditionalSelect(Vector256.Equals(weights, weights), weights, Vector256<double>.Zero);

    private static Vector256<double> Widen(Vector128<float> four) => Vector256.WidenLower(four.ToVector256());
}
