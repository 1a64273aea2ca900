using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Plumbline.Models.Inference;

/// <summary>What is done to one row of numbers between the products: norms, activations, sums.</summary>
internal static unsafe class Elementwise
{
    private const int Lanes = 8;

    /// <summary>Root-mean-square or layer norm of a row (<see cref="NormKind"/>).</summary>
    public static void Normalise(float* row, float* result, int width, NormWeights norm, NormKind kind, double epsilon)
    {
        if (kind == NormKind.Layer)
        {
            NormaliseLayer(row, result, width, norm, epsilon);
            return;
        }
        var scale = (float)(1 / Math.Sqrt(SumOfSquares(row, width, 0) / width + epsilon));
        var one = kind == NormKind.RootMeanSquarePlusOne ? 1f : 0f;
        var at = 0;
        for (; at <= width - Lanes; at += Lanes)
            (Vector256.Load(row + at) * scale * (Vector256.Load(norm.Weight + at) + Vector256.Create(one))).Store(result + at);
        for (; at < width; at++)
            result[at] = row[at] * scale * (norm.Weight[at] + one);
    }

    /// <summary>target += row</summary>
    public static void Add(float* target, float* row, int width)
    {
        var at = 0;
        for (; at <= width - Lanes; at += Lanes)
            (Vector256.Load(target + at) + Vector256.Load(row + at)).Store(target + at);
        for (; at < width; at++)
            target[at] += row[at];
    }

    /// <summary>gate = activation(gate), times up where there is one.</summary>
    public static void Activate(float* gate, float* up, int width, Activation activation)
    {
        for (var at = 0; at < width; at += Lanes)
        {
            if (at > width - Lanes)
            {
                ActivateRest(gate + at, up is null ? null : up + at, width - at, activation);
                return;
            }
            var active = Activated(Vector256.Load(gate + at), activation);
            (up is null ? active : active * Vector256.Load(up + at)).Store(gate + at);
        }
    }

    /// <summary>Numbers l become cap · tanh(l / cap).</summary>
    public static void Cap(float* row, int count, double cap)
    {
        var at = 0;
        for (; at <= count - Lanes; at += Lanes)
            (Tanh(Vector256.Load(row + at) * (float)(1 / cap)) * (float)cap).Store(row + at);
        for (; at < count; at++)
            row[at] = (float)(cap * Math.Tanh(row[at] / cap));
    }

    /// <summary>Logits become natural logarithms of probabilities.</summary>
    public static void LogSoftmax(float* row, int count)
    {
        var most = float.NegativeInfinity;
        var at = 0;
        var mosts = Vector256.Create(most);
        for (; at <= count - Lanes; at += Lanes)
            mosts = Vector256.Max(mosts, Vector256.Load(row + at));
        for (var lane = 0; lane < Lanes; lane++)
            most = Math.Max(most, mosts[lane]);
        for (; at < count; at++)
            most = Math.Max(most, row[at]);
        double sum = 0;
        for (at = 0; at < count;)
        {
            // Sums of a few thousand in float32, their sum in float64: a vocabulary is wide.
            var end = Math.Min(count, at + 4096);
            Vector256<float> part = default;
            for (; at <= end - Lanes; at += Lanes)
                part += Vector256.Exp(Vector256.Load(row + at) - Vector256.Create(most));
            sum += Vector256.Sum(part);
            for (; at < end; at++)
                sum += Math.Exp(row[at] - most);
        }
        var shift = (float)(most + Math.Log(sum));
        for (at = 0; at <= count - Lanes; at += Lanes)
            (Vector256.Load(row + at) - Vector256.Create(shift)).Store(row + at);
        for (; at < count; at++)
            row[at] -= shift;
    }

    /// <summary>Σ (x − shift)²</summary>
    private static double SumOfSquares(float* row, int width, float shift)
    {
        Vector256<float> first = default, second = default;
        var at = 0;
        for (; at <= width - 2 * Lanes; at += 2 * Lanes)
        {
            var (one, two) = (Vector256.Load(row + at) - Vector256.Create(shift), Vector256.Load(row + at + Lanes) - Vector256.Create(shift));
            first = Vector256.FusedMultiplyAdd(one, one, first);
            second = Vector256.FusedMultiplyAdd(two, two, second);
        }
        double sum = Vector256.Sum(first + second);
        for (; at < width; at++)
            sum += (row[at] - shift) * (double)(row[at] - shift);
        return sum;
    }

    private static void NormaliseLayer(float* row, float* result, int width, NormWeights norm, double epsilon)
    {
        double sum = 0;
        for (var at = 0; at < width; at++)
            sum += row[at];
        var mean = (float)(sum / width);
        var scale = (float)(1 / Math.Sqrt(SumOfSquares(row, width, mean) / width + epsilon));
        for (var at = 0; at < width; at++)
            result[at] = (row[at] - mean) * scale * norm.Weight[at] + norm.Bias[at];
    }

    private static void ActivateRest(float* gate, float* up, int count, Activation activation)
    {
        var last = stackalloc float[Lanes];
        new Span<float>(gate, count).CopyTo(new(last, Lanes));
        Activated(Vector256.Load(last), activation).Store(last);
        for (var at = 0; at < count; at++)
            gate[at] = up is null ? last[at] : last[at] * up[at];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Activated(Vector256<float> x, Activation activation) => activation switch
    {
        Activation.Silu => x / (Vector256<float>.One + Vector256.Exp(-x)),
        Activation.GeluTanh => x * 0.5f * (Vector256<float>.One + Tanh((x + x * x * x * 0.044715f) * 0.7978845608f)),
        _ => x * 0.5f * (Vector256<float>.One + Erf(x * 0.7071067812f)),
    };

    /// <summary>1 − 2 / (e²ˣ + 1)</summary>
    private static Vector256<float> Tanh(Vector256<float> x) =>
        Vector256<float>.One - Vector256.Create(2f) / (Vector256.Exp(x + x) + Vector256<float>.One);

    /// <summary>The error function to 1.5e-7 (Abramowitz and Stegun 7.1.26).</summary>
    private static Vector256<float> Erf(Vector256<float> x)
    {
        var size = Vector256.Abs(x);
        var t = Vector256<float>.One / (Vector256<float>.One + size * 0.3275911f);
        var polynomial = ((((t * 1.061405429f - Vector256.Create(1.453152027f)) * t + Vector256.Create(1.421413741f)) * t - Vector256.Create(0.284496736f)) * t + Vector256.Create(0.254829592f)) * t;
        return Vector256.CopySign(Vector256<float>.One - polynomial * Vector256.Exp(-(x * x)), x);
    }
}
