using System.Collections.Concurrent;

namespace Plumbline.Models.Tokenizers.Subwords;

/// <summary>The tokens of words that came before. Words are not forgotten; when it is full, new ones are not kept.</summary>
/// <remarks>Safe from any thread.</remarks>
internal sealed class WordCache
{
    private const int MostWords = 1 << 16, LongestWord = 256;

    private readonly ConcurrentDictionary<string, int[]> words = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private int count;

    public WordCache() => lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();

    public bool TryGet(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > LongestWord || !lookup.TryGetValue(word, out var found))
            return false;
        ids.AddRange(found);
        return true;
    }

    public void Keep(ReadOnlySpan<char> word, List<int> ids, int from)
    {
        if (word.Length > LongestWord || Volatile.Read(ref count) >= MostWords)
            return;
        if (lookup.TryAdd(word, ids.GetRange(from, ids.Count - from).ToArray()))
            Interlocked.Increment(ref count);
    }
}
