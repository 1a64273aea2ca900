using System.Buffers.Binary;

namespace Plumbline.Fuzzing;

/// <summary>Damage to bytes, whatever they mean.</summary>
internal static class ByteMutation
{
    public static byte[] Apply(byte[] bytes, Draws draws)
    {
        if (bytes.Length == 0)
            return Noise(draws);
        var place = draws.Next(bytes.Length);
        var length = Math.Min(1 << draws.Next(10), bytes.Length - place);
        switch (draws.Next(9))
        {
            case 0:
                for (var flips = draws.Between(1, 8); flips > 0; flips--)
                    bytes[draws.Next(bytes.Length)] ^= (byte)(1 << draws.Next(8));
                return bytes;
            case 1:
                return bytes[..place];
            case 2:
                return [.. bytes, .. Noise(draws)];
            case 3:
                return [.. bytes[..place], .. bytes[(place + length)..]];
            case 4:
                return [.. bytes[..(place + length)], .. bytes[place..]];
            case 5:
                return [.. bytes[..place], .. Noise(draws), .. bytes[place..]];
            case 6:
                Array.Clear(bytes, place, length);
                return bytes;
            case 7 when place + 8 <= bytes.Length:
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(place), draws.Pick(Lengths));
                return bytes;
            default:
                bytes.AsSpan(place, length).Fill((byte)draws.Next(256));
                return bytes;
        }
    }

    /// <summary>Numbers at which sizes overflow, turn negative, or ask for more than there is.</summary>
    public static ulong[] Lengths { get; } =
        [0, 1, 2, 7, 8, 255, 65_535, 100_000_000, 100_000_001, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 48, 1UL << 62, long.MaxValue, 1UL << 63, ulong.MaxValue, 0x7FC00000_7FC00000, 0x7F800000_FF800000];

    private static byte[] Noise(Draws draws) => [.. Enumerable.Range(0, draws.Between(1, 40)).Select(_ => (byte)draws.Next(256))];
}
