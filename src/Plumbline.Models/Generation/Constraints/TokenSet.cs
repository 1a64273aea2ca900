using System.Numerics;

namespace Plumbline.Models.Generation.Constraints;

/// <summary>A set of tokens, a bit each.</summary>
/// <param name="size">One more than the greatest token.</param>
internal sealed class TokenSet(int size)
{
    private readonly ulong[] words = new ulong[(size + 63) / 64];

    public int Size => size;

    public bool IsEmpty => !words.AsSpan().ContainsAnyExcept(0UL);

    public void Add(int token) => words[token >> 6] |= 1UL << token;

    public void Remove(int token) => words[token >> 6] &= ~(1UL << token);

    public bool Contains(int token) => (words[token >> 6] >> token & 1) != 0;

    public void Add(TokenSet others)
    {
        for (var index = 0; index < words.Length; index++)
            words[index] |= others.words[index];
    }

    /// <summary>The tokens in order.</summary>
    public IEnumerable<int> Tokens()
    {
        for (var index = 0; index < words.Length; index++)
        {
            for (var left = words[index]; left != 0; left &= left - 1)
                yield return (index << 6) + BitOperations.TrailingZeroCount(left);
        }
    }
}
