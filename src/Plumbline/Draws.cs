using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Plumbline;

/// <summary>A stream of random numbers that depends on nothing but its seed, its purpose and its index.</summary>
/// <remarks>
/// SplitMix64 (Steele, Lea and Flood 2014). Two streams with another purpose or index are unrelated, so adding a consumer does not change
/// the draws of the others, and work that was interrupted draws the same numbers when it is taken up again.
/// </remarks>
public sealed class Draws
{
    private ulong _state;

    /// <param name="seed">Seed of the run.</param>
    /// <param name="purpose">What the numbers are for, for example <c>counter.requests</c>.</param>
    /// <param name="index">Which of the streams for that purpose.</param>
    public Draws(long seed, string purpose, long index = 0)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, seed);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], index);
        _state = XxHash64.HashToUInt64(numbers, unchecked((long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(purpose))));
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 up to but not including <paramref name="exclusiveMaximum"/>, which is at least 1.</summary>
    public int Next(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMaximum, 1);
        return (int)(((UInt128)NextBits() * (uint)exclusiveMaximum) >> 64);
    }

    /// <summary>A whole number from <paramref name="minimum"/> to <paramref name="maximum"/>, both included.</summary>
    public int Between(int minimum, int maximum) => minimum + Next(maximum - minimum + 1);

    /// <summary>A number from 0 up to but not including 1, with 53 random bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A number from the normal distribution of mean 0 and deviation 1 (Box and Muller 1958).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>An index, as often as its share says.</summary>
    /// <param name="shares">At least 0 each; their sum is above 0, and need not be 1.</param>
    public int NextOf(IReadOnlyList<double> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        var left = NextDouble() * shares.Sum();
        for (var index = 0; index < shares.Count; index++)
        {
            left -= shares[index];
            if (left < 0)
                return index;
        }
        return Enumerable.Range(0, shares.Count).Last(index => shares[index] > 0); // rounding
    }

    /// <summary>One of the choices, each as likely as any other.</summary>
    public T Pick<T>(IReadOnlyList<T> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices[Next(choices.Count)];
    }

    /// <summary>The same things in a random order (Fisher and Yates).</summary>
    public T[] Shuffle<T>(IEnumerable<T> things)
    {
        T[] order = [.. things];
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
