using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>A hash of each weight of a decoder: changes with every bit of them, and says which weight it was.</summary>
/// <remarks>The numbers are looked at where they lie, which for a checkpoint in float32 is the mapped file; XXH3, on as many threads as the arithmetic has.</remarks>
/// <param name="Weights">By name, in the order of the names.</param>
internal sealed record WeightHashes(IReadOnlyList<(string Name, ulong Hash)> Weights)
{
    private const int MostAtOnce = 1 << 20;

    /// <summary>Of a decoder, without its adapter.</summary>
    public static WeightHashes Of(Decoder decoder) =>
        new([.. decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal).Select(each => (each.name, Of(each.parameter)))]);

    /// <summary>Of one tensor.</summary>
    public static ulong Of(Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var numbers = weight.detach().cpu().contiguous().flatten();
        var starts = Enumerable.Range(0, checked((int)((numbers.numel() + MostAtOnce - 1) / MostAtOnce))).ToArray();
        var pieces = starts.Select(index => Piece(numbers.narrow(0, (long)index * MostAtOnce, Math.Min(MostAtOnce, numbers.numel() - (long)index * MostAtOnce)))).ToArray();
        var hashes = new ulong[pieces.Length];
        Parallel.For(0, pieces.Length, new ParallelOptions { MaxDegreeOfParallelism = LibTorch.Threads }, index => hashes[index] = pieces[index].Hash());
        return hashes.Length == 1 ? hashes[0] : XxHash3.HashToUInt64(MemoryMarshal.AsBytes(hashes.AsSpan()));
    }

    /// <summary>The first weight that is another one there, or null if all are the same.</summary>
    public string? Difference(IReadOnlyList<ulong> hashes) => Weights.Index().FirstOrDefault(each => each.Item.Hash != hashes[each.Index]).Item.Name;

    /// <summary>The memory of a tensor does not move, and stays as long as the scope.</summary>
    private static unsafe Bytes Piece(Tensor numbers)
    {
        var bytes = numbers.bytes;
        return new((IntPtr)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)), bytes.Length);
    }

    private readonly record struct Bytes(IntPtr Start, int Length)
    {
        public unsafe ulong Hash() => XxHash3.HashToUInt64(new ReadOnlySpan<byte>((void*)Start, Length));
    }
}
