using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plumbline.Models.Inference;

/// <summary>Products of a matrix with rows of numbers, read where the weights lie: nothing is packed or copied.</summary>
/// <remarks>
/// Each result is one dot product, always summed in the same order: it does not depend on how many rows are multiplied at the same time, nor on
/// how many threads share the work. That is what makes an answer independent of its batch, to the last bit.
/// </remarks>
internal static unsafe class DotProducts
{
    /// <param name="matrix">[outputs, inputs]</param>
    /// <param name="inputs">Width of the matrix and of each row.</param>
    /// <param name="first">First output to compute.</param>
    /// <param name="end">Output to stop before.</param>
    /// <param name="rows">[count, pitch ≥ inputs]</param>
    /// <param name="pitch">Numbers from one row to the next.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="results">[count, result pitch ≥ outputs]</param>
    /// <param name="resultPitch">Numbers from one row of results to the next.</param>
    public static void Of(float* matrix, int inputs, int first, int end, float* rows, int pitch, int count, float* results, int resultPitch)
    {
        if (Avx512F.IsSupported && inputs >= Vector512<float>.Count)
            WideDotProducts.Of(matrix, inputs, first, end, rows, pitch, count, results, resultPitch);
        else
            Portable(matrix, inputs, first, end, rows, pitch, count, results, resultPitch);
    }

    private static void Portable(float* matrix, int inputs, int first, int end, float* rows, int pitch, int count, float* results, int resultPitch)
    {
        for (var output = first; output < end; output += 4)
        {
            if (output + 4 > end)
                output = Math.Max(first, end - 4); // once more, with the same results
            if (end - first < 4)
            {
                for (var single = first; single < end; single++)
                {
                    for (var row = 0; row < count; row++)
                        results[(long)row * resultPitch + single] = One(matrix + (long)single * inputs, rows + (long)row * pitch, inputs);
                }
                return;
            }
            for (var row = 0; row < count; row++)
                Four(matrix + (long)output * inputs, inputs, rows + (long)row * pitch, results + (long)row * resultPitch + output);
        }
    }

    /// <summary>Four neighbouring outputs of one row.</summary>
    private static void Four(float* matrix, int inputs, float* row, float* results)
    {
        float* second = matrix + inputs, third = second + inputs, fourth = third + inputs;
        Vector256<float> a = default, b = default, c = default, d = default;
        var at = 0;
        for (; at <= inputs - Vector256<float>.Count; at += Vector256<float>.Count)
        {
            var number = Vector256.Load(row + at);
            a = Vector256.FusedMultiplyAdd(Vector256.Load(matrix + at), number, a);
            b = Vector256.FusedMultiplyAdd(Vector256.Load(second + at), number, b);
            c = Vector256.FusedMultiplyAdd(Vector256.Load(third + at), number, c);
            d = Vector256.FusedMultiplyAdd(Vector256.Load(fourth + at), number, d);
        }
        results[0] = Rest(Vector256.Sum(a), matrix, row, at, inputs);
        results[1] = Rest(Vector256.Sum(b), second, row, at, inputs);
        results[2] = Rest(Vector256.Sum(c), third, row, at, inputs);
        results[3] = Rest(Vector256.Sum(d), fourth, row, at, inputs);
    }

    private static float One(float* weights, float* row, int inputs)
    {
        Vector256<float> sum = default;
        var at = 0;
        for (; at <= inputs - Vector256<float>.Count; at += Vector256<float>.Count)
            sum = Vector256.FusedMultiplyAdd(Vector256.Load(weights + at), Vector256.Load(row + at), sum);
        return Rest(Vector256.Sum(sum), weights, row, at, inputs);
    }

    private static float Rest(float sum, float* weights, float* row, int at, int inputs)
    {
        for (; at < inputs; at++)
            sum = MathF.FusedMultiplyAdd(weights[at], row[at], sum);
        return sum;
    }
}
