using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Plumbline.Models.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Root-mean-square normalisation of float32 rows in the memory of this machine, forward and backward in one pass over them each.</summary>
/// <remarks>y = r·x, r = 1/√(mean x² + ε); ∂x = r·∂y − x·r³·mean(x·∂y). As operations of tensors both would go over the rows some twenty times.</remarks>
internal sealed unsafe class RootMeanSquarePass : autograd.SingleTensorFunction<RootMeanSquarePass>
{
    private const string Epsilon = "epsilon";
    private const int RowsAtOnce = 32;

    public override string Name => nameof(RootMeanSquarePass);

    /// <param name="ctx">What backward needs.</param>
    /// <param name="vars">[…, width], contiguous; ε.</param>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, epsilon) = ((Tensor)vars[0], (double)vars[1]);
        ctx.save_for_backward([input]);
        ctx.save_data(Epsilon, epsilon);
        var output = empty_like(input);
        var (from, to, width) = (Address(input), Address(output), (int)input.shape[^1]);
        ForEachRow(input.numel() / width, row =>
        {
            var x = (float*)from + row * width;
            var y = (float*)to + row * width;
            Combine(x, x, y, width, (float)(1 / Math.Sqrt(Dot(x, x, width) / width + epsilon)), 0);
        });
        return output;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var input = ctx.get_saved_variables()[0];
        using var slopes = grad_output.contiguous();
        var epsilon = (double)ctx.get_data(Epsilon);
        var result = empty_like(input);
        var (from, slope, to, width) = (Address(input), Address(slopes), Address(result), (int)input.shape[^1]);
        ForEachRow(input.numel() / width, row =>
        {
            var x = (float*)from + row * width;
            var g = (float*)slope + row * width;
            var y = (float*)to + row * width;
            var scale = 1 / Math.Sqrt(Dot(x, x, width) / width + epsilon);
            Combine(g, x, y, width, (float)scale, (float)(-scale * scale * scale * Dot(x, g, width) / width));
        });
        return [result, null!];
    }

    private static void ForEachRow(long rows, Action<long> row) => WorkerTeam.Shared.Share((int)((rows + RowsAtOnce - 1) / RowsAtOnce), LibTorch.Threads, part =>
    {
        for (var at = (long)part * RowsAtOnce; at < Math.Min(rows, (part + 1L) * RowsAtOnce); at++)
            row(at);
    });

    private static double Dot(float* left, float* right, int count)
    {
        var (even, odd) = (Vector<float>.Zero, Vector<float>.Zero);
        var at = 0;
        for (; at <= count - 2 * Vector<float>.Count; at += 2 * Vector<float>.Count)
        {
            even += Vector.Load(left + at) * Vector.Load(right + at);
            odd += Vector.Load(left + at + Vector<float>.Count) * Vector.Load(right + at + Vector<float>.Count);
        }
        double sum = Vector.Sum(even + odd);
        for (; at < count; at++)
            sum += left[at] * right[at];
        return sum;
    }

    /// <summary>result = a·first + b·second</summary>
    private static void Combine(float* first, float* second, float* result, int count, float a, float b)
    {
        var at = 0;
        for (; at <= count - Vector<float>.Count; at += Vector<float>.Count)
            (Vector.Load(first + at) * a + Vector.Load(second + at) * b).Store(result + at);
        for (; at < count; at++)
            result[at] = first[at] * a + second[at] * b;
    }

    /// <summary>The memory of a tensor does not move.</summary>
    private static IntPtr Address(Tensor tensor)
    {
        using var some = tensor.detach();
        using var flat = some.view(-1);
        using var number = flat.narrow(0, 0, 1); // a span ends at 2 GB
        return (IntPtr)Unsafe.AsPointer(ref MemoryMarshal.GetReference(number.bytes));
    }
}
