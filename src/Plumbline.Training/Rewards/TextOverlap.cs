namespace Plumbline.Training.Rewards;

/// <summary>How much two texts have in common, word by word: what a rationale is rewarded by where an expert's is at hand (087).</summary>
public static class TextOverlap
{
    private const int MostWords = 4096;

    /// <summary>The harmonic mean of precision and recall of words, each counted as often as both have it; 1 if both are empty.</summary>
    public static double WordF1(string text, string reference)
    {
        var (own, other) = (Words(text), Words(reference));
        if (own.Length == 0 && other.Length == 0)
            return 1;
        var counts = other.GroupBy(word => word, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Count(), StringComparer.Ordinal);
        var shared = own.GroupBy(word => word, StringComparer.Ordinal).Sum(same => Math.Min(same.Count(), counts.GetValueOrDefault(same.Key)));
        return 2.0 * shared / (own.Length + other.Length);
    }

    /// <summary>The same of the longest common subsequence instead of words in any order (ROUGE-L, Lin 2004); O(n·m) for n and m words, of which the first 4096 count.</summary>
    public static double SequenceF1(string text, string reference)
    {
        var (own, other) = (Words(text), Words(reference));
        if (own.Length == 0 && other.Length == 0)
            return 1;
        var row = new int[other.Length + 1];
        foreach (var word in own)
        {
            var diagonal = 0;
            for (var at = 1; at <= other.Length; at++)
                (diagonal, row[at]) = (row[at], word == other[at - 1] ? diagonal + 1 : Math.Max(row[at], row[at - 1]));
        }
        return 2.0 * row[^1] / (own.Length + other.Length);
    }

    private static string[] Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(MostWords)];
    }
}
