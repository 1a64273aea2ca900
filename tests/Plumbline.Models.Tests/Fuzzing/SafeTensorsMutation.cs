using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Plumbline.Fuzzing;

/// <summary>Damage to a safetensors file that knows its parts: the length of the header, the header, the numbers.</summary>
internal static class SafeTensorsMutation
{
    private static readonly float[] Numbers = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -0f, 1e20f, 0];

    public static byte[] Apply(byte[] file, Draws draws)
    {
        if (file.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(file) is var length && length > (ulong)file.Length - 8)
            return ByteMutation.Apply(file, draws);
        var (header, data) = (file[8..(8 + (int)length)], file[(8 + (int)length)..]);
        switch (draws.Next(8))
        {
            case 0:
                return [.. Prefix(draws.Pick(ByteMutation.Lengths)), .. header, .. data];
            case 1:
                return [.. Prefix(unchecked(length + (ulong)draws.Between(-9, 9))), .. header, .. data];
            case 2:
                var numbers = MemoryMarshal.Cast<byte, float>(data.AsSpan());
                if (numbers.Length > 0)
                    numbers[draws.Next(numbers.Length)] = draws.Pick(Numbers);
                return [.. Prefix(length), .. header, .. data];
            case 3:
                return [.. Prefix(length), .. header, .. ByteMutation.Apply(data, draws)];
            default:
                var damaged = JsonMutation.Apply(header, draws);
                return [.. Prefix((ulong)damaged.Length), .. damaged, .. data];
        }
    }

    private static byte[] Prefix(ulong length)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        return prefix;
    }
}
