using System.Buffers;

namespace Plumbline.Models.Generation;

/// <summary>Tokens to draw from, in the order of the vocabulary.</summary>
/// <param name="ids">The tokens.</param>
/// <param name="weights">Their weights, at most 1 each.</param>
internal ref struct Candidates(Span<int> ids, Span<double> weights)
{
    private readonly Span<int> ids = ids;
    private readonly Span<double> weights = weights;
    private int count = ids.Length;

    /// <summary>Keeps the heaviest; of equals the first.</summary>
    public void KeepLargest(int wanted)
    {
        if (wanted >= count)
            return;
        var (least, equals) = (QuickSelect(wanted), wanted);
        foreach (var weight in weights[..count])
            equals -= weight > least ? 1 : 0;
        var kept = 0;
        for (var at = 0; at < count; at++)
        {
            if (weights[at] > least || (weights[at] == least && equals-- > 0))
                Keep(at, kept++);
        }
        count = kept;
    }

    /// <summary>Keeps the heaviest that together have a share of the weight.</summary>
    /// <remarks>Sums are made by magnitude, so that only those as heavy as the last one that is needed have to be put in order.</remarks>
    public void KeepNucleus(double share)
    {
        var sums = ArrayPool<double>.Shared.Rent(Magnitudes);
        Array.Clear(sums);
        double total = 0;
        foreach (var weight in weights[..count])
        {
            total += weight;
            sums[Magnitude(weight)] += weight;
        }
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
        for (var at = 0; at < count; at++)
        {
            if (weights[at] >= least)
                Keep(at, kept++);
        }
        count = kept;
    }

    /// <summary>Takes a quantile.</summary>
    public readonly int Draw(double uniform)
    {
        double total = 0;
        foreach (var weight in weights[..count])
            total += weight;
        var left = uniform * total;
        for (var at = 0; at < count; at++)
        {
            left -= weights[at];
            if (left < 0)
                return ids[at];
        }
        var best = 0; // rounding left a crumb
        for (var at = 1; at < count; at++)
            best = weights[at] > weights[best] ? at : best;
        return ids[best];
    }

    private const int Magnitudes = (0x3FF << 4) + 2;

    /// <summary>Sixteen steps from one power of two to the next.</summary>
    private static int Magnitude(double weight) => (int)(BitConverter.DoubleToInt64Bits(weight) >> 48);

    private readonly void Keep(int from, int to) => (ids[to], weights[to]) = (ids[from], weights[from]);

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
        count = kept;
    }

    /// <summary>The n-th heaviest weight (Hoare's selection).</summary>
    private readonly double QuickSelect(int n)
    {
        var pool = ArrayPool<double>.Shared.Rent(count);
        weights[..count].CopyTo(pool);
        var (low, high) = (0, count - 1);
        while (low < high)
        {
            var pivot = Middle(pool[low], pool[(low + high) / 2], pool[high]);
            var (left, right) = (low, high);
            while (left <= right)
            {
                while (pool[left] > pivot)
                    left++;
                while (pool[right] < pivot)
                    right--;
                if (left > right)
                    break;
                (pool[left], pool[right]) = (pool[right], pool[left]);
                left++;
                right--;
            }
            if (n - 1 <= right)
                high = right;
            else if (n - 1 >= left)
                low = left;
            else
                break;
        }
        var found = pool[n - 1];
        ArrayPool<double>.Shared.Return(pool);
        return found;
    }

    private static double Middle(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
