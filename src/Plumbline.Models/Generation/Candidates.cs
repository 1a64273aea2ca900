using System.Buffers;

namespace Plumbline.Models.Generation;

/// <summary>Tokens to draw from, in the order of the vocabulary.</summary>
/// <param name="ids">The tokens; has room for as many as there are weights.</param>
/// <param name="weights">Their weights, at most 1 each.</param>
/// <param name="isWhole">Whether they are the whole vocabulary, so that the tokens need not be given.</param>
internal ref struct Candidates(Span<int> ids, Span<double> weights, bool isWhole)
{
    private const int Block = 64;

    private readonly Span<int> ids = ids;
    private readonly Span<double> weights = weights;
    private int count = weights.Length;
    private bool isWhole = isWhole;

    /// <summary>Keeps the heaviest; of equals the first.</summary>
    public void KeepLargest(int wanted)
    {
        if (wanted >= count)
            return;
        var pool = ArrayPool<double>.Shared.Rent(count);
        weights[..count].CopyTo(pool);
        var (least, equals) = (Selection.NthLargest(pool.AsSpan(0, count), wanted), wanted);
        ArrayPool<double>.Shared.Return(pool);
        foreach (var weight in weights[..count])
            equals -= weight > least ? 1 : 0;
        var kept = 0;
        for (var at = 0; at < count; at++)
        {
            if (weights[at] > least || (weights[at] == least && equals-- > 0))
                Keep(at, kept++);
        }
        Shorten(kept);
    }

    /// <summary>Keeps the heaviest that together have a share of the weight.</summary>
    /// <remarks>
    /// What is so light that all together of that weight would not make up what may be missing is left out at once. Of the rest sums are made by magnitude, so that only
    /// those as heavy as the last one that is needed have to be put in order.
    /// </remarks>
    public void KeepNucleus(double share)
    {
        var total = Exponentials.Sum(weights[..count]);
        KeepAbove((1 - share) * total / count * (1 - 1e-6));
        var sums = ArrayPool<double>.Shared.Rent(Magnitudes);
        Array.Clear(sums, 0, Magnitudes);
        foreach (var weight in weights[..count])
            sums[Magnitude(weight)] += weight;
        var (enough, sum, magnitude) = (share * total, 0.0, Magnitudes - 1);
        while (magnitude > 0 && sum + sums[magnitude] < enough)
            sum += sums[magnitude--];
        ArrayPool<double>.Shared.Return(sums);
        Fill(magnitude, sum, enough);
    }

    /// <summary>Keeps what has at least a weight.</summary>
    public void KeepAbove(double least)
    {
        var kept = 0;
        var all = weights[..count];
        for (var at = Selection.NextAtLeast(all, 0, least); at < count; at = Selection.NextAtLeast(all, at + 1, least))
            Keep(at, kept++);
        Shorten(kept);
    }

    /// <summary>Takes a quantile.</summary>
    public readonly int Draw(double uniform)
    {
        var left = uniform * Exponentials.Sum(weights[..count]);
        var start = 0;
        for (; start + Block <= count && Exponentials.Sum(weights.Slice(start, Block)) is var block && left >= block; start += Block)
            left -= block;
        for (var at = start; at < count; at++)
        {
            left -= weights[at];
            if (left < 0)
                return Id(at);
        }
        var best = 0; // rounding left a crumb
        for (var at = 1; at < count; at++)
            best = weights[at] > weights[best] ? at : best;
        return Id(best);
    }

    private const int Magnitudes = (0x3FF << 4) + 2;

    /// <summary>Sixteen steps from one power of two to the next.</summary>
    private static int Magnitude(double weight) => (int)(BitConverter.DoubleToInt64Bits(weight) >> 48);

    private readonly int Id(int at) => isWhole ? at : ids[at];

    private readonly void Keep(int from, int to) => (ids[to], weights[to]) = (Id(from), weights[from]);

    private void Shorten(int kept) => (count, isWhole) = (kept, isWhole && kept == count);

    /// <summary>Keeps what is heavier than a magnitude, and of that magnitude the heaviest until there is enough.</summary>
    private void Fill(int magnitude, double sum, double enough)
    {
        var last = new List<(double Weight, int At)>();
        for (var at = 0; at < count; at++)
        {
            if (Magnitude(weights[at]) == magnitude)
                last.Add((weights[at], at));
        }
        last.Sort((a, b) => a.Weight != b.Weight ? b.Weight.CompareTo(a.Weight) : a.At.CompareTo(b.At));
        var chosen = new HashSet<int>();
        foreach (var (weight, at) in last.TakeWhile(_ => sum < enough))
        {
            sum += weight;
            chosen.Add(at);
        }
        var kept = 0;
        for (var at = 0; at < count; at++)
        {
            if (Magnitude(weights[at]) > magnitude || chosen.Contains(at))
                Keep(at, kept++);
        }
        Shorten(kept);
    }
}
