using System.IO.Hashing;
using System.Text;

namespace Plumbline.Models.Generation;

/// <summary>Random numbers without a state that anyone shares: the n-th number of a stream is a function of the stream and n (SplitMix64; Steele et al. 2014).</summary>
internal static class RandomStream
{
    /// <summary>A stream of its own for every index.</summary>
    public static ulong Of(ulong seed, ulong index) => Mix(Mix(seed) + index);

    /// <summary>A stream of its own for every name.</summary>
    public static ulong Of(ulong seed, string name) => Of(seed, XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(name)));

    /// <summary>Uniform in [0, 1).</summary>
    public static double Uniform(ulong stream, int n) => (Mix(stream + (ulong)n) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
