using System.Buffers.Binary;
using Plumbline.Models.Checkpoints;
using static TorchSharp.torch;

namespace Plumbline.Models.Gguf;

/// <summary>Numbers in the types of GGUF.</summary>
internal static class GgufBlocks
{
    /// <summary>Numbers in a block of Q8_0.</summary>
    public const int Length = 32;

    private const int BlockBytes = 2 + Length;

    /// <summary>Bytes that so many numbers take.</summary>
    public static long Bytes(long numbers, GgufType type) => type switch { GgufType.F32 => 4 * numbers, GgufType.F16 => 2 * numbers, _ => numbers / Length * BlockBytes };

    /// <param name="stream">Where to write.</param>
    /// <param name="tensor">float32, contiguous.</param>
    /// <param name="type">As what.</param>
    public static void Write(Stream stream, Tensor tensor, GgufType type)
    {
        if (type == GgufType.F32)
            SafeTensorsFile.Write(stream, tensor);
        else if (type == GgufType.F16)
            SafeTensorsFile.Write(stream, tensor.to(ScalarType.Float16));
        else
            WriteBlocks(stream, tensor);
    }

    /// <summary>Q8_0: of each 32 numbers the scale d = max |x| / 127 as float16, then round(x / d).</summary>
    private static void WriteBlocks(Stream stream, Tensor tensor)
    {
        const int Rows = 1 << 16; // blocks at a time
        var all = tensor.view(-1, Length);
        var bytes = new byte[Rows * BlockBytes];
        for (long at = 0; at < all.shape[0]; at += Rows)
        {
            var numbers = all.narrow(0, at, Math.Min(Rows, all.shape[0] - at)).contiguous().data<float>().ToArray();
            for (var block = 0; block < numbers.Length / Length; block++)
                Quantise(numbers.AsSpan(block * Length, Length), bytes.AsSpan(block * BlockBytes, BlockBytes));
            stream.Write(bytes, 0, numbers.Length / Length * BlockBytes);
        }
    }

    /// <summary>One block.</summary>
    internal static void Quantise(ReadOnlySpan<float> numbers, Span<byte> block)
    {
        var most = 0f;
        foreach (var number in numbers)
            most = Math.Max(most, Math.Abs(number));
        var scale = most / 127;
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        for (var i = 0; i < numbers.Length; i++)
            block[2 + i] = (byte)(sbyte)(scale == 0 ? 0 : MathF.Round(numbers[i] / scale, MidpointRounding.AwayFromZero));
    }
}
