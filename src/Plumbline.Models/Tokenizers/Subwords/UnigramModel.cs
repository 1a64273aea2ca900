namespace Plumbline.Models.Tokenizers.Subwords;

/// <summary>A unigram language model: of all ways to spell a piece, the likeliest (Kudo 2018).</summary>
/// <remarks>A piece of n characters takes O(n · longest token). Characters that no token begins with are unknown, at 10 below the least score; neighbouring unknown ones are one.</remarks>
internal sealed class UnigramModel : SubwordModel
{
    private const double UnknownPenalty = 10;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly string[] sorted;
    private readonly int[] sortedIds;
    private readonly Dictionary<char, (int Low, int High)> beginnings = [];
    private readonly double[] scores; // by id
    private readonly double unknownScore;
    private readonly int?[]? bytes;
    private readonly WordCache plain = new(), marked = new();

    /// <param name="tokens">Ids by token, none of them empty.</param>
    /// <param name="scores">Natural logarithms of probabilities, by id.</param>
    /// <param name="unknown">The unknown token, if there is one.</param>
    /// <param name="byteFallback">Whether unknown characters are spelt in bytes where the vocabulary has them.</param>
    public UnigramModel(Dictionary<string, int> tokens, double[] scores, int? unknown, bool byteFallback)
        : base(tokens)
    {
        this.scores = scores;
        Unknown = unknown;
        lookup = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        unknownScore = scores.Min() - UnknownPenalty;
        bytes = byteFallback ? FindBytes(tokens) : null;
        sorted = [.. tokens.Keys];
        Array.Sort(sorted, StringComparer.Ordinal);
        sortedIds = [.. sorted.Select(token => tokens[token])];
        for (var at = 0; at < sorted.Length; at++)
            beginnings[sorted[at][0]] = (beginnings.TryGetValue(sorted[at][0], out var range) ? range.Low : at, at + 1);
    }

    /// <summary>Whether characters that the vocabulary lacks are spelt in bytes.</summary>
    public bool FallsBack => bytes is not null;

    public override void Encode(ReadOnlySpan<char> piece, List<int> ids, bool isPlain)
    {
        var cache = isPlain ? plain : marked;
        if (cache.TryGet(piece, ids))
            return;
        var from = ids.Count;
        foreach (var (start, length) in BestPath(piece, isPlain))
            Append(piece.Slice(start, length), ids, isPlain);
        cache.Keep(piece, ids, from);
    }

    private void Append(ReadOnlySpan<char> part, List<int> ids, bool isPlain)
    {
        if (lookup.TryGetValue(part, out var id) && MayUse(id, isPlain))
            ids.Add(id);
        else if (bytes is null || !TryBytes(bytes, part, ids))
            ids.Add(Unknown ?? throw Unspeakable());
    }

    private List<(int Start, int Length)> BestPath(ReadOnlySpan<char> piece, bool isPlain)
    {
        var best = new (double Score, int Start, int Id)[piece.Length + 1]; // by where the path ends
        Array.Fill(best, (0, -1, 0));
        for (var start = 0; start < piece.Length;)
        {
            var width = char.IsHighSurrogate(piece[start]) && start + 1 < piece.Length ? 2 : 1;
            var isKnown = false;
            if (beginnings.TryGetValue(piece[start], out var range))
            {
                for (var length = 1; ; length++)
                {
                    // Of the tokens that begin alike, the shortest comes first.
                    if (sorted[range.Low].Length == length)
                    {
                        if (MayUse(sortedIds[range.Low], isPlain))
                        {
                            Offer(start, start + length, scores[sortedIds[range.Low]], sortedIds[range.Low]);
                            isKnown |= length == width;
                        }
                        range.Low++;
                    }
                    if (start + length >= piece.Length || !Narrow(ref range, length, piece[start + length]))
                        break;
                }
            }
            if (!isKnown)
                Offer(start, start + width, unknownScore, Unknown ?? throw Unspeakable());
            start += width;
        }
        return Trace(best, piece.Length);

        void Offer(int start, int end, double score, int id)
        {
            var total = score + best[start].Score;
            if (best[end].Start < 0 || total > best[end].Score)
                best[end] = (total, start, id);
        }
    }

    private List<(int Start, int Length)> Trace((double Score, int Start, int Id)[] best, int end)
    {
        var parts = new List<(int Start, int Length)>();
        var wasUnknown = false;
        for (; end > 0; end = best[end].Start)
        {
            var (start, isUnknown) = (best[end].Start, best[end].Id == Unknown);
            if (isUnknown && wasUnknown)
                parts[^1] = (start, parts[^1].Length + end - start);
            else
                parts.Add((start, end - start));
            wasUnknown = isUnknown;
        }
        parts.Reverse();
        return parts;
    }

    /// <summary>Of tokens that are alike before a place, those that have this character there.</summary>
    private bool Narrow(ref (int Low, int High) range, int place, char symbol)
    {
        var (low, high) = range;
        range = (First(low, high, symbol), 0);
        range.High = First(range.Low, high, symbol + 1);
        return range.Low < range.High;

        int First(int from, int to, int least)
        {
            while (from < to)
            {
                var middle = (from + to) / 2;
                if (sorted[middle][place] < least)
                    from = middle + 1;
                else
                    to = middle;
            }
            return from;
        }
    }

    private static InputException Unspeakable() => new("model", "the text holds a character that the vocabulary cannot spell.", "Use a tokenizer with an unknown token ('unk_id') or with all bytes.");
}
