using System.Runtime.InteropServices;
using System.Text;

namespace Plumbline.Models.Tokenizers.Subwords;

/// <summary>Byte-pair encoding: characters are joined pair by pair, the most urgent merge first, of equal ones the leftmost (Sennrich et al. 2016).</summary>
/// <remarks>A piece of n characters takes O(n log n).</remarks>
internal sealed class BytePairModel : SubwordModel
{
    /// <summary>Up to so many symbols, looking for the best pair again and again is faster than a queue.</summary>
    private const int FewSymbols = 24;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly Dictionary<long, (int Rank, int Id)> ranks;
    private readonly int?[] bytes;
    private readonly BytePairOptions options;
    private readonly WordCache plain = new(), marked = new();

    /// <param name="tokens">Ids by token.</param>
    /// <param name="merges">Pairs of tokens, the most urgent first, and what they become.</param>
    /// <param name="options">How the ends of words and unknown characters are written.</param>
    public BytePairModel(Dictionary<string, int> tokens, IReadOnlyList<(int Left, int Right, int Joined)> merges, BytePairOptions options)
        : base(tokens)
    {
        this.options = options;
        Merges = merges;
        lookup = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        ranks = new(merges.Count);
        for (var rank = 0; rank < merges.Count; rank++)
            ranks[Pair(merges[rank].Left, merges[rank].Right)] = (rank, merges[rank].Joined);
        bytes = FindBytes(tokens);
        Unknown = options.Unknown is { } name && tokens.TryGetValue(name, out var id) ? id : null;
    }

    /// <summary>Pairs of tokens, the most urgent first, and what they become.</summary>
    public IReadOnlyList<(int Left, int Right, int Joined)> Merges { get; }

    public BytePairOptions Options => options;

    /// <summary>Whether pieces are spelt in <see cref="ByteAlphabet"/> before anything else: what stands in the cache is then the text itself.</summary>
    public bool SpellsBytes { get; init; }

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids, bool isPlain)
    {
        var cache = isPlain ? plain : marked;
        if (cache.TryGet(piece, ids))
            return;
        var from = ids.Count;
        Spell(SpellsBytes ? ByteAlphabet.Spell(piece) : piece, ids, isPlain);
        cache.Keep(piece, ids, from);
    }

    private void Spell(ReadOnlySpan<char> piece, List<int> ids, bool isPlain)
    {
        if (options.IgnoreMerges && lookup.TryGetValue(piece, out var whole) && MayUse(whole, isPlain))
        {
            ids.Add(whole);
            return;
        }
        var symbols = new List<int>(piece.Length);
        Symbols(piece, symbols, isPlain);
        if (symbols.Count <= FewSymbols)
            JoinFew(symbols, isPlain);
        else
            JoinMany(symbols, isPlain);
        ids.AddRange(symbols);
    }

    /// <summary>One token for every character; those that the vocabulary lacks become bytes, or the unknown token, or nothing.</summary>
    private void Symbols(ReadOnlySpan<char> piece, List<int> symbols, bool isPlain)
    {
        var unknowns = 0;
        for (var at = 0; at < piece.Length;)
        {
            Rune.DecodeFromUtf16(piece[at..], out _, out var length);
            var character = piece.Slice(at, length);
            if (options.Prefix is { } prefix && at > 0)
                character = $"{prefix}{character}";
            at += length;
            if (options.Suffix is { } suffix && at == piece.Length)
                character = $"{character}{suffix}";
            if (lookup.TryGetValue(character, out var id) && MayUse(id, isPlain))
            {
                Flush();
                symbols.Add(id);
            }
            else if (!(options.ByteFallback && TryBytes(bytes, character, symbols)))
            {
                // Bytes overtake unknown characters before them, as in the original.
                unknowns = options.FuseUnknown ? 1 : unknowns + 1;
                if (!options.FuseUnknown && unknowns > 1)
                    Flush(keep: 1);
            }
        }
        Flush();

        void Flush(int keep = 0)
        {
            for (; unknowns > keep; unknowns--)
            {
                if (Unknown is { } unknown)
                    symbols.Add(unknown);
            }
        }
    }

    private bool TryMerge(int left, int right, bool isPlain, out (int Rank, int Id) merge) => ranks.TryGetValue(Pair(left, right), out merge) && MayUse(merge.Id, isPlain);

    private void JoinFew(List<int> symbols, bool isPlain)
    {
        while (true)
        {
            var (best, place) = ((Rank: int.MaxValue, Id: 0), -1);
            for (var at = 0; at + 1 < symbols.Count; at++)
            {
                if (TryMerge(symbols[at], symbols[at + 1], isPlain, out var merge) && merge.Rank < best.Rank)
                    (best, place) = (merge, at);
            }
            if (place < 0)
                return;
            symbols[place] = best.Id;
            symbols.RemoveAt(place + 1);
        }
    }

    private void JoinMany(List<int> symbols, bool isPlain)
    {
        var span = CollectionsMarshal.AsSpan(symbols);
        var (before, after) = (new int[span.Length], new int[span.Length]); // neighbours; −1 where there is none
        var queue = new PriorityQueue<(int Place, int Left, int Right), long>(span.Length);
        for (var at = 0; at < span.Length; at++)
            (before[at], after[at]) = (at - 1, at + 1 < span.Length ? at + 1 : -1);
        for (var at = 0; at < span.Length; at++)
            Offer(at, symbols);
        const int Gone = -1;
        while (queue.TryDequeue(out var pair, out _))
        {
            var (place, left, right) = pair;
            var next = after[place];
            if (span[place] != left || next < 0 || span[next] != right || !TryMerge(left, right, isPlain, out var merge))
                continue;
            span[place] = merge.Id;
            span[next] = Gone;
            after[place] = after[next];
            if (after[place] >= 0)
                before[after[place]] = place;
            Offer(place, symbols);
            if (before[place] >= 0)
                Offer(before[place], symbols);
        }
        symbols.RemoveAll(symbol => symbol == Gone);

        void Offer(int place, List<int> all)
        {
            if (after[place] is var next and >= 0 && TryMerge(all[place], all[next], isPlain, out var merge))
                queue.Enqueue((place, all[place], all[next]), ((long)merge.Rank << 32) | (uint)place);
        }
    }

    private static long Pair(int left, int right) => ((long)left << 32) | (uint)right;
}

/// <summary>How a byte-pair model writes the ends of words and characters that it does not know.</summary>
/// <param name="Unknown">Name of the token for characters that nothing else can spell; without one they vanish.</param>
/// <param name="Prefix">What stands before every character of a piece but the first.</param>
/// <param name="Suffix">What stands behind the last character of a piece.</param>
/// <param name="FuseUnknown">Whether neighbouring unknown characters are one token.</param>
/// <param name="ByteFallback">Whether unknown characters are spelt in bytes where the vocabulary has them.</param>
/// <param name="IgnoreMerges">Whether a piece that is a token as a whole becomes it, even if no merges lead there.</param>
internal sealed record BytePairOptions(string? Unknown, string? Prefix, string? Suffix, bool FuseUnknown, bool ByteFallback, bool IgnoreMerges);
