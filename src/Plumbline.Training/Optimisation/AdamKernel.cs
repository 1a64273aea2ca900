using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Plumbline.Models;
using Plumbline.Models.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>AdamW on float32 numbers in the memory of this machine: each is read once and written once, where operations of tensors would go over all of them ten times.</summary>
/// <remarks>Numbers are dealt with in blocks of fixed size, so that results do not depend on the number of threads.</remarks>
internal sealed unsafe class AdamKernel
{
    private const int BlockNumbers = 1 << 15;
    private readonly Column[] _columns;
    private readonly (int Column, long Start, int Count)[] _blocks;

    /// <param name="columns">Weights with their gradients and moments; all of them <see cref="Reads">readable</see>, and kept alive by the caller.</param>
    public AdamKernel(IReadOnlyList<(Tensor Weight, Tensor Gradient, Tensor First, Tensor Second)> columns)
    {
        _columns = [.. columns.Select(each => new Column(Address(each.Weight), Address(each.Gradient), Address(each.First), Address(each.Second), each.Weight.dim() > 1))];
        _blocks = [.. columns.SelectMany((each, column) => Blocks(column, each.Weight.numel()))];
    }

    /// <summary>Whether a tensor is of the kind that this works on.</summary>
    public static bool Reads(Tensor tensor) => tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous() && tensor.numel() > 0;

    /// <summary>The sum of the squares of all gradients.</summary>
    public double SquaredSum()
    {
        var sums = new double[_blocks.Length];
        WorkerTeam.Shared.Share(_blocks.Length, LibTorch.Threads, index =>
        {
            var (column, start, count) = _blocks[index];
            sums[index] = Squares((float*)_columns[column].Gradient + start, count);
        });
        return sums.Sum();
    }

    /// <summary>Moves all weights and moments.</summary>
    /// <param name="move">By how much; the decay is for matrices alone.</param>
    public void Apply(AdamMove move) => WorkerTeam.Shared.Share(_blocks.Length, LibTorch.Threads, index =>
    {
        var (at, start, count) = _blocks[index];
        var column = _columns[at];
        Apply(column.Decays ? move : move with { Keep = 1 }, (float*)column.Weight + start, (float*)column.Gradient + start, (float*)column.First + start, (float*)column.Second + start, count);
    });

    private static double Squares(float* numbers, int count)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var some = Vector.Load(numbers + i);
            sum += some * some;
        }
        double total = Vector.Sum(sum);
        for (; i < count; i++)
            total += numbers[i] * numbers[i];
        return total;
    }

    private static void Apply(AdamMove move, float* weight, float* gradient, float* first, float* second, int count)
    {
        var (scale, beta1, beta2, keep, rate, root, epsilon) = ((float)move.Scale, (float)move.Beta1, (float)move.Beta2, (float)move.Keep, (float)move.Rate, (float)move.RootScale, (float)move.Epsilon);
        var (new1, new2) = ((float)(1 - move.Beta1), (float)(1 - move.Beta2));
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var slope = Vector.Load(gradient + i) * scale;
            var mean = Vector.Load(first + i) * beta1 + slope * new1;
            var square = Vector.Load(second + i) * beta2 + slope * slope * new2;
            mean.Store(first + i);
            square.Store(second + i);
            (Vector.Load(weight + i) * keep - mean * rate / (Vector.SquareRoot(square) * root + new Vector<float>(epsilon))).Store(weight + i);
        }
        for (; i < count; i++)
        {
            var slope = gradient[i] * scale;
            first[i] = first[i] * beta1 + slope * new1;
            second[i] = second[i] * beta2 + slope * slope * new2;
            weight[i] = weight[i] * keep - first[i] * rate / (MathF.Sqrt(second[i]) * root + epsilon);
        }
    }

    private static IEnumerable<(int Column, long Start, int Count)> Blocks(int column, long numbers)
    {
        for (long start = 0; start < numbers; start += BlockNumbers)
            yield return (column, start, (int)Math.Min(BlockNumbers, numbers - start));
    }

    /// <summary>The memory of a tensor does not move.</summary>
    private static IntPtr Address(Tensor tensor)
    {
        using var some = tensor.detach();
        using var flat = some.view(-1);
        using var number = flat.narrow(0, 0, 1); // a span ends at 2 GB
        return (IntPtr)Unsafe.AsPointer(ref MemoryMarshal.GetReference(number.bytes));
    }

    private readonly record struct Column(IntPtr Weight, IntPtr Gradient, IntPtr First, IntPtr Second, bool Decays);
}
