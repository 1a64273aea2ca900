using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plumbline.Models.Inference;

/// <summary><see cref="DotProducts"/> with AVX-512: tiles of four outputs and six rows, so that each number that is loaded is used several times.</summary>
/// <remarks>The sums of a tile stay in registers, 24 of the 32. Written out, because the compiler keeps only single variables there.</remarks>
internal static unsafe class WideDotProducts
{
    private const int Rows = 6, Together = 96; // rows that stay in the second-level cache

    public static void Of(float* matrix, int inputs, int first, int end, float* rows, int pitch, int count, float* results, int resultPitch)
    {
        // What is left of a row after whole vectors is read as the vector that ends with it, without what was read before.
        var rest = Vector512.GreaterThanOrEqual(Vector512<int>.Indices, Vector512.Create(16 - inputs % 16)).AsSingle();
        for (var from = 0; from < count; from += Together)
        {
            var to = Math.Min(count, from + Together);
            var output = first;
            for (; output <= end - 4; output += 4)
                Strip(matrix + (long)output * inputs, inputs, rows, pitch, from, to, results + output, resultPitch, rest);
            for (; output < end; output++)
            {
                for (var row = from; row < to; row++)
                    results[(long)row * resultPitch + output] = One(matrix + (long)output * inputs, rows + (long)row * pitch, inputs, rest);
            }
        }
    }

    private static void Strip(float* matrix, int inputs, float* rows, int pitch, int from, int to, float* results, int resultPitch, Vector512<float> rest)
    {
        var row = from;
        for (; row <= to - Rows; row += Rows)
            Six(matrix, inputs, rows + (long)row * pitch, pitch, results + (long)row * resultPitch, resultPitch, rest);
        for (; row <= to - 2; row += 2)
            Two(matrix, inputs, rows + (long)row * pitch, pitch, results + (long)row * resultPitch, resultPitch, rest);
        if (row < to)
            Single(matrix, inputs, rows + (long)row * pitch, pitch, results + (long)row * resultPitch, resultPitch, rest);
    }

    /// <summary>Four outputs of six rows.</summary>
    private static void Six(float* matrix, int inputs, float* rows, int pitch, float* results, int resultPitch, Vector512<float> rest)
    {
        float* w1 = matrix + inputs, w2 = w1 + inputs, w3 = w2 + inputs;
        float* r1 = rows + pitch, r2 = r1 + pitch, r3 = r2 + pitch, r4 = r3 + pitch, r5 = r4 + pitch;
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default, s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default, s40 = default, s41 = default, s42 = default, s43 = default, s50 = default, s51 = default, s52 = default, s53 = default;
        var at = 0;
        for (; at <= inputs - 16; at += 16)
        {
            var c0 = Vector512.Load(matrix + at);
            var c1 = Vector512.Load(w1 + at);
            var c2 = Vector512.Load(w2 + at);
            var c3 = Vector512.Load(w3 + at);
            var x = Vector512.Load(rows + at);
            s00 = Vector512.FusedMultiplyAdd(c0, x, s00);
            s01 = Vector512.FusedMultiplyAdd(c1, x, s01);
            s02 = Vector512.FusedMultiplyAdd(c2, x, s02);
            s03 = Vector512.FusedMultiplyAdd(c3, x, s03);
            x = Vector512.Load(r1 + at);
            s10 = Vector512.FusedMultiplyAdd(c0, x, s10);
            s11 = Vector512.FusedMultiplyAdd(c1, x, s11);
            s12 = Vector512.FusedMultiplyAdd(c2, x, s12);
            s13 = Vector512.FusedMultiplyAdd(c3, x, s13);
            x = Vector512.Load(r2 + at);
            s20 = Vector512.FusedMultiplyAdd(c0, x, s20);
            s21 = Vector512.FusedMultiplyAdd(c1, x, s21);
            s22 = Vector512.FusedMultiplyAdd(c2, x, s22);
            s23 = Vector512.FusedMultiplyAdd(c3, x, s23);
            x = Vector512.Load(r3 + at);
            s30 = Vector512.FusedMultiplyAdd(c0, x, s30);
            s31 = Vector512.FusedMultiplyAdd(c1, x, s31);
            s32 = Vector512.FusedMultiplyAdd(c2, x, s32);
            s33 = Vector512.FusedMultiplyAdd(c3, x, s33);
            x = Vector512.Load(r4 + at);
            s40 = Vector512.FusedMultiplyAdd(c0, x, s40);
            s41 = Vector512.FusedMultiplyAdd(c1, x, s41);
            s42 = Vector512.FusedMultiplyAdd(c2, x, s42);
            s43 = Vector512.FusedMultiplyAdd(c3, x, s43);
            x = Vector512.Load(r5 + at);
            s50 = Vector512.FusedMultiplyAdd(c0, x, s50);
            s51 = Vector512.FusedMultiplyAdd(c1, x, s51);
            s52 = Vector512.FusedMultiplyAdd(c2, x, s52);
            s53 = Vector512.FusedMultiplyAdd(c3, x, s53);
        }
        if (at < inputs)
        {
            at = inputs - 16;
            var c0t = Vector512.Load(matrix + at);
            var c1t = Vector512.Load(w1 + at);
            var c2t = Vector512.Load(w2 + at);
            var c3t = Vector512.Load(w3 + at);
            var xt = Vector512.Load(rows + at) & rest;
            s00 = Vector512.FusedMultiplyAdd(c0t, xt, s00);
            s01 = Vector512.FusedMultiplyAdd(c1t, xt, s01);
            s02 = Vector512.FusedMultiplyAdd(c2t, xt, s02);
            s03 = Vector512.FusedMultiplyAdd(c3t, xt, s03);
            xt = Vector512.Load(r1 + at) & rest;
            s10 = Vector512.FusedMultiplyAdd(c0t, xt, s10);
            s11 = Vector512.FusedMultiplyAdd(c1t, xt, s11);
            s12 = Vector512.FusedMultiplyAdd(c2t, xt, s12);
            s13 = Vector512.FusedMultiplyAdd(c3t, xt, s13);
            xt = Vector512.Load(r2 + at) & rest;
            s20 = Vector512.FusedMultiplyAdd(c0t, xt, s20);
            s21 = Vector512.FusedMultiplyAdd(c1t, xt, s21);
            s22 = Vector512.FusedMultiplyAdd(c2t, xt, s22);
            s23 = Vector512.FusedMultiplyAdd(c3t, xt, s23);
            xt = Vector512.Load(r3 + at) & rest;
            s30 = Vector512.FusedMultiplyAdd(c0t, xt, s30);
            s31 = Vector512.FusedMultiplyAdd(c1t, xt, s31);
            s32 = Vector512.FusedMultiplyAdd(c2t, xt, s32);
            s33 = Vector512.FusedMultiplyAdd(c3t, xt, s33);
            xt = Vector512.Load(r4 + at) & rest;
            s40 = Vector512.FusedMultiplyAdd(c0t, xt, s40);
            s41 = Vector512.FusedMultiplyAdd(c1t, xt, s41);
            s42 = Vector512.FusedMultiplyAdd(c2t, xt, s42);
            s43 = Vector512.FusedMultiplyAdd(c3t, xt, s43);
            xt = Vector512.Load(r5 + at) & rest;
            s50 = Vector512.FusedMultiplyAdd(c0t, xt, s50);
            s51 = Vector512.FusedMultiplyAdd(c1t, xt, s51);
            s52 = Vector512.FusedMultiplyAdd(c2t, xt, s52);
            s53 = Vector512.FusedMultiplyAdd(c3t, xt, s53);
        }
        Sums(s00, s01, s02, s03).Store(results);
        Sums(s10, s11, s12, s13).Store(results + resultPitch);
        Sums(s20, s21, s22, s23).Store(results + 2 * (long)resultPitch);
        Sums(s30, s31, s32, s33).Store(results + 3 * (long)resultPitch);
        Sums(s40, s41, s42, s43).Store(results + 4 * (long)resultPitch);
        Sums(s50, s51, s52, s53).Store(results + 5 * (long)resultPitch);
    }

    /// <summary>Four outputs of two rows.</summary>
    private static void Two(float* matrix, int inputs, float* rows, int pitch, float* results, int resultPitch, Vector512<float> rest)
    {
        float* w1 = matrix + inputs, w2 = w1 + inputs, w3 = w2 + inputs;
        float* r1 = rows + pitch;
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        var at = 0;
        for (; at <= inputs - 16; at += 16)
        {
            var c0 = Vector512.Load(matrix + at);
            var c1 = Vector512.Load(w1 + at);
            var c2 = Vector512.Load(w2 + at);
            var c3 = Vector512.Load(w3 + at);
            var x = Vector512.Load(rows + at);
            s00 = Vector512.FusedMultiplyAdd(c0, x, s00);
            s01 = Vector512.FusedMultiplyAdd(c1, x, s01);
            s02 = Vector512.FusedMultiplyAdd(c2, x, s02);
            s03 = Vector512.FusedMultiplyAdd(c3, x, s03);
            x = Vector512.Load(r1 + at);
            s10 = Vector512.FusedMultiplyAdd(c0, x, s10);
            s11 = Vector512.FusedMultiplyAdd(c1, x, s11);
            s12 = Vector512.FusedMultiplyAdd(c2, x, s12);
            s13 = Vector512.FusedMultiplyAdd(c3, x, s13);
        }
        if (at < inputs)
        {
            at = inputs - 16;
            var c0t = Vector512.Load(matrix + at);
            var c1t = Vector512.Load(w1 + at);
            var c2t = Vector512.Load(w2 + at);
            var c3t = Vector512.Load(w3 + at);
            var xt = Vector512.Load(rows + at) & rest;
            s00 = Vector512.FusedMultiplyAdd(c0t, xt, s00);
            s01 = Vector512.FusedMultiplyAdd(c1t, xt, s01);
            s02 = Vector512.FusedMultiplyAdd(c2t, xt, s02);
            s03 = Vector512.FusedMultiplyAdd(c3t, xt, s03);
            xt = Vector512.Load(r1 + at) & rest;
            s10 = Vector512.FusedMultiplyAdd(c0t, xt, s10);
            s11 = Vector512.FusedMultiplyAdd(c1t, xt, s11);
            s12 = Vector512.FusedMultiplyAdd(c2t, xt, s12);
            s13 = Vector512.FusedMultiplyAdd(c3t, xt, s13);
        }
        Sums(s00, s01, s02, s03).Store(results);
        Sums(s10, s11, s12, s13).Store(results + resultPitch);
    }

    /// <summary>Four outputs of one row.</summary>
    private static void Single(float* matrix, int inputs, float* rows, int pitch, float* results, int resultPitch, Vector512<float> rest)
    {
        float* w1 = matrix + inputs, w2 = w1 + inputs, w3 = w2 + inputs;
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
        var at = 0;
        for (; at <= inputs - 16; at += 16)
        {
            var c0 = Vector512.Load(matrix + at);
            var c1 = Vector512.Load(w1 + at);
            var c2 = Vector512.Load(w2 + at);
            var c3 = Vector512.Load(w3 + at);
            var x = Vector512.Load(rows + at);
            s00 = Vector512.FusedMultiplyAdd(c0, x, s00);
            s01 = Vector512.FusedMultiplyAdd(c1, x, s01);
            s02 = Vector512.FusedMultiplyAdd(c2, x, s02);
            s03 = Vector512.FusedMultiplyAdd(c3, x, s03);
        }
        if (at < inputs)
        {
            at = inputs - 16;
            var c0t = Vector512.Load(matrix + at);
            var c1t = Vector512.Load(w1 + at);
            var c2t = Vector512.Load(w2 + at);
            var c3t = Vector512.Load(w3 + at);
            var xt = Vector512.Load(rows + at) & rest;
            s00 = Vector512.FusedMultiplyAdd(c0t, xt, s00);
            s01 = Vector512.FusedMultiplyAdd(c1t, xt, s01);
            s02 = Vector512.FusedMultiplyAdd(c2t, xt, s02);
            s03 = Vector512.FusedMultiplyAdd(c3t, xt, s03);
        }
        Sums(s00, s01, s02, s03).Store(results);
    }

    private static float One(float* weights, float* row, int inputs, Vector512<float> rest)
    {
        Vector512<float> sum = default;
        var at = 0;
        for (; at <= inputs - 16; at += 16)
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(weights + at), Vector512.Load(row + at), sum);
        if (at < inputs)
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(weights + inputs - 16), Vector512.Load(row + inputs - 16) & rest, sum);
        return Sums(sum, default, default, default)[0];
    }

    /// <summary>The sum of each of four vectors: pairs that stand two apart, then neighbours, then quarters.</summary>
    private static Vector128<float> Sums(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var ab = Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b); // a₀+a₂, b₀+b₂, a₁+a₃, b₁+b₃ of each quarter
        var cd = Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d);
        var all = (Avx512F.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle()) + Avx512F.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
        var half = all.GetLower() + all.GetUpper();
        return half.GetLower() + half.GetUpper();
    }
}
