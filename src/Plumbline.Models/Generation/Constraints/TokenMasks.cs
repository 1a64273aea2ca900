using System.Collections.Concurrent;

namespace Plumbline.Models.Generation.Constraints;

/// <summary>Which tokens of a vocabulary may stand at the positions of one constraint; what was found once is remembered.</summary>
/// <remarks>Safe from any thread.</remarks>
/// <param name="spellings">The vocabulary.</param>
internal sealed class TokenMasks(TokenSpellings spellings)
{
    private const long MostBits = 64L << 23; // 64 MiB

    private readonly ConcurrentDictionary<Position, TokenSet> known = new();

    /// <summary>The tokens that may stand there; not to be changed.</summary>
    public TokenSet At(Position position)
    {
        position = position.Alike(spellings.Longest);
        if (known.TryGetValue(position, out var found))
            return found;
        if (known.Count * (long)spellings.Size > MostBits)
            known.Clear();
        return known[position] = spellings.At(position);
    }
}
