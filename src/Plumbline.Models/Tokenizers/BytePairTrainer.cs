using System.Runtime.InteropServices;
using System.Text;
using Plumbline.Models.Tokenizers.Patterns;

namespace Plumbline.Models.Tokenizers;

/// <summary>Byte-pair encoding learnt from text: joins the most frequent pair of neighbours, again and again (Sennrich et al. 2016).</summary>
/// <remarks>Deterministic: of pairs that are equally frequent, the one of the older tokens is joined. A pair that occurs once is never joined.</remarks>
internal sealed class BytePairTrainer
{
    /// <summary>The pattern of GPT-2, but every digit alone, so that a number of any length is read digit by digit.</summary>
    public const string Expression = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private readonly List<Word> words;
    private readonly Dictionary<(int Left, int Right), long> counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> places = [];
    private readonly PriorityQueue<(int Left, int Right, long Count), (long, int, int)> queue = new();

    private BytePairTrainer(List<Word> words) => this.words = words;

    /// <param name="texts">What to learn from.</param>
    /// <param name="size">How many tokens to have, added ones included.</param>
    /// <param name="added">Names of the added tokens; they get the first ids, the 256 bytes the next.</param>
    public static Vocabulary Train(IEnumerable<string> texts, int size, IReadOnlyList<string> added)
    {
        var splitter = new RegularPattern(Expression);
        var trainer = new BytePairTrainer(CountWords(texts, splitter, firstByte: added.Count));
        var spelling = added.Concat(ByteAlphabet.Symbols.Select(symbol => symbol.ToString())).ToList();
        var known = spelling.ToHashSet(StringComparer.Ordinal);
        var merges = new List<(string, string)>();
        trainer.CountPairs();
        while (spelling.Count < size && trainer.MostFrequent() is { } pair)
        {
            var (left, right) = (spelling[pair.Left], spelling[pair.Right]);
            if (!known.Add(left + right))
            {
                // Two ways to spell one token: it has an id already, and a vocabulary has one id per spelling.
                trainer.Forget(pair);
                continue;
            }
            merges.Add((left, right));
            trainer.Join(pair, spelling.Count);
            spelling.Add(left + right);
        }
        var tokens = spelling.Index().Skip(added.Count).ToDictionary(each => each.Item, each => each.Index, StringComparer.Ordinal);
        return new(tokens, merges, added.Index().ToDictionary(each => each.Item, each => each.Index, StringComparer.Ordinal), Expression);
    }

    private static List<Word> CountWords(IEnumerable<string> texts, RegularPattern splitter, int firstByte)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var text in texts)
        {
            foreach (var (offset, length, _) in splitter.Parts(text))
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, text.AsSpan(offset, length), out _)++;
        }
        return [.. counts.OrderBy(each => each.Key, StringComparer.Ordinal)
            .Select(each => new Word([.. Encoding.UTF8.GetBytes(each.Key).Select(value => firstByte + value)], each.Value))];
    }

    private void CountPairs()
    {
        for (var index = 0; index < words.Count; index++)
        {
            for (var at = 0; at + 1 < words[index].Tokens.Count; at++)
                Count((words[index].Tokens[at], words[index].Tokens[at + 1]), words[index].Count, index);
        }
        foreach (var pair in counts.Keys)
            Enqueue(pair);
    }

    private (int Left, int Right)? MostFrequent()
    {
        while (queue.TryDequeue(out var top, out _))
        {
            var pair = (top.Left, top.Right);
            var count = counts.GetValueOrDefault(pair);
            if (count == top.Count && count > 1)
                return pair;
        }
        return null;
    }

    private void Join((int Left, int Right) pair, int joined)
    {
        var changed = new HashSet<(int, int)>();
        foreach (var index in places[pair].Order())
        {
            var tokens = words[index].Tokens;
            for (var at = 0; at + 1 < tokens.Count; at++)
            {
                if (tokens[at] != pair.Left || tokens[at + 1] != pair.Right)
                    continue;
                if (at > 0)
                {
                    Change((tokens[at - 1], pair.Left), -words[index].Count, index);
                    Change((tokens[at - 1], joined), words[index].Count, index);
                }
                if (at + 2 < tokens.Count)
                {
                    Change((pair.Right, tokens[at + 2]), -words[index].Count, index);
                    Change((joined, tokens[at + 2]), words[index].Count, index);
                }
                tokens[at] = joined;
                tokens.RemoveAt(at + 1);
            }
        }
        Forget(pair);
        changed.Remove(pair);
        foreach (var each in changed)
            Enqueue(each);

        void Change((int, int) which, long by, int index)
        {
            Count(which, by, index);
            changed.Add(which);
        }
    }

    private void Forget((int Left, int Right) pair)
    {
        counts.Remove(pair);
        places.Remove(pair);
    }

    private void Count((int Left, int Right) pair, long by, int index)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(counts, pair, out _) += by;
        if (by > 0)
            (CollectionsMarshal.GetValueRefOrAddDefault(places, pair, out _) ??= []).Add(index);
    }

    private void Enqueue((int Left, int Right) pair) =>
        queue.Enqueue((pair.Left, pair.Right, counts.GetValueOrDefault(pair)), (-counts.GetValueOrDefault(pair), pair.Left, pair.Right));

    private sealed record Word(List<int> Tokens, long Count);
}
