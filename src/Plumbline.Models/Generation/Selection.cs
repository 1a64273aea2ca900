using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Plumbline.Models.Generation;

/// <summary>The greatest of many numbers, without putting them in order.</summary>
internal static class Selection
{
    private const int Slack = 1024;

    /// <summary>How many places <see cref="Largest"/> needs room for.</summary>
    public static int Room(int wanted) => 2 * wanted + Slack;

    /// <summary>The n-th greatest number (Hoare's selection); not-a-number is not among them.</summary>
    /// <param name="pool">The numbers; left in another order.</param>
    /// <param name="n">From 1.</param>
    public static T NthLargest<T>(Span<T> pool, int n)
        where T : INumber<T>
    {
        var (low, high) = (0, pool.Length - 1);
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
        return pool[n - 1];
    }

    /// <summary>Finds the greatest numbers above negative infinity; of equals the first.</summary>
    /// <remarks>One pass with a threshold that rises: most numbers are only compared with it, eight at a time.</remarks>
    /// <param name="numbers">The numbers.</param>
    /// <param name="wanted">How many.</param>
    /// <param name="places">Takes their places in order; has room for <see cref="Room"/>.</param>
    /// <returns>How many there are, at most as many as are wanted.</returns>
    public static int Largest(ReadOnlySpan<float> numbers, int wanted, Span<int> places)
    {
        var (room, count, threshold) = (Room(wanted), 0, float.NegativeInfinity);
        for (var at = NextAbove(numbers, 0, threshold); at < numbers.Length; at = NextAbove(numbers, at + 1, threshold))
        {
            places[count++] = at;
            if (count == room)
                (count, threshold) = Trim(numbers, places[..count], wanted);
        }
        return count > wanted ? Trim(numbers, places[..count], wanted).Count : count;
    }

    /// <summary>The next place, from one on, whose number is above a threshold; the length if there is none.</summary>
    public static int NextAbove(ReadOnlySpan<float> numbers, int from, float threshold)
    {
        var least = Vector256.Create(threshold);
        for (; from + Vector256<float>.Count <= numbers.Length; from += Vector256<float>.Count)
        {
            if (Vector256.GreaterThan(Vector256.Create(numbers[from..]), least).ExtractMostSignificantBits() is not 0 and var above)
                return from + BitOperations.TrailingZeroCount(above);
        }
        while (from < numbers.Length && !(numbers[from] > threshold))
            from++;
        return from;
    }

    /// <summary>The next place, from one on, whose number is at least so great; the length if there is none.</summary>
    public static int NextAtLeast(ReadOnlySpan<double> numbers, int from, double least)
    {
        var wanted = Vector256.Create(least);
        for (; from + Vector256<double>.Count <= numbers.Length; from += Vector256<double>.Count)
        {
            if (Vector256.GreaterThanOrEqual(Vector256.Create(numbers[from..]), wanted).ExtractMostSignificantBits() is not 0 and var found)
                return from + BitOperations.TrailingZeroCount(found);
        }
        while (from < numbers.Length && !(numbers[from] >= least))
            from++;
        return from;
    }

    /// <summary>The greatest number; the first of equals.</summary>
    public static int Likeliest(ReadOnlySpan<float> numbers)
    {
        var greatest = Vector256.Create(float.NegativeInfinity);
        var at = 0;
        for (; at + Vector256<float>.Count <= numbers.Length; at += Vector256<float>.Count)
        {
            var eight = Vector256.Create(numbers[at..]);
            greatest = Vector256.ConditionalSelect(Vector256.GreaterThan(eight, greatest), eight, greatest); // not-a-number is never greater
        }
        var best = float.NegativeInfinity;
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
            best = greatest[lane] > best ? greatest[lane] : best;
        for (; at < numbers.Length; at++)
            best = numbers[at] > best ? numbers[at] : best;
        var first = NextAbove(numbers, 0, float.BitDecrement(best));
        return first < numbers.Length ? first : 0;
    }

    private static (int Count, float Least) Trim(ReadOnlySpan<float> numbers, Span<int> places, int wanted)
    {
        var pool = ArrayPool<float>.Shared.Rent(places.Length);
        for (var index = 0; index < places.Length; index++)
            pool[index] = numbers[places[index]];
        var (least, equals, kept) = (NthLargest(pool.AsSpan(0, places.Length), wanted), wanted, 0);
        ArrayPool<float>.Shared.Return(pool);
        foreach (var place in places)
            equals -= numbers[place] > least ? 1 : 0;
        foreach (var place in places)
        {
            if (numbers[place] > least || (numbers[place] == least && equals-- > 0))
                places[kept++] = place;
        }
        return (kept, least);
    }

    private static T Middle<T>(T a, T b, T c)
        where T : INumber<T> => T.Max(T.Min(a, b), T.Min(T.Max(a, b), c));
}
