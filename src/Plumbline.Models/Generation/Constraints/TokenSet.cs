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

    /// <summary>The first token, or -1 if there is none.</summary>
    public int First
    {
        get
        {
            var index = words.AsSpan().IndexOfAnyExcept(0UL);
            return index < 0 ? -1 : (index << 6) + BitOperations.TrailingZeroCount(words[index]);
        }
    }

    /// <summary>Whether it has so few tokens that it is better to look at each than at the whole vocabulary.</summary>
    public bool IsSparse
    {
        get
        {
            var count = 0;
            foreach (var word in words)
                count += BitOperations.PopCount(word);
            return count < size / 8;
        }
    }

    /// <summary>Takes the place of what it had.</summary>
    public void Become(TokenSet other) => other.words.CopyTo(words, 0);

    /// <summary>Has all tokens then.</summary>
    public void Fill()
    {
        Array.Fill(words, ulong.MaxValue);
        if (size % 64 > 0)
            words[^1] = (1UL << size) - 1;
    }

    /// <summary>Logits of the tokens that it has, in order; what is not above negative infinity is left out.</summary>
    /// <returns>How many.</returns>
    public int Gather(ReadOnlySpan<float> logits, Span<int> ids, Span<float> scores)
    {
        var count = 0;
        for (var index = 0; index < words.Length; index++)
        {
            for (var left = words[index]; left != 0; left &= left - 1)
            {
                var id = (index << 6) + BitOperations.TrailingZeroCount(left);
                if (id < logits.Length && logits[id] > float.NegativeInfinity)
                    (ids[count], scores[count++]) = (id, logits[id]);
            }
        }
        return count;
    }

    /// <summary>All logits, negative infinity for the tokens that it lacks.</summary>
    /// <returns>How many.</returns>
    public int Mask(ReadOnlySpan<float> logits, Span<float> scores)
    {
        for (var start = 0; start < logits.Length; start += 64)
        {
            var (word, length) = (start < size ? words[start >> 6] : 0, Math.Min(64, logits.Length - start));
            if (word == 0)
            {
                scores.Slice(start, length).Fill(float.NegativeInfinity);
                continue;
            }
            logits.Slice(start, length).CopyTo(scores[start..]);
            for (var lacking = ~word; lacking != 0 && BitOperations.TrailingZeroCount(lacking) is var bit && bit < length; lacking &= lacking - 1)
                scores[start + bit] = float.NegativeInfinity;
        }
        return logits.Length;
    }
}
