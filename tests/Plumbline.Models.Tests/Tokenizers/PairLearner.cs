namespace Plumbline.Models.Tests.Tokenizers;

/// <summary>Learns byte-pair merges of any alphabet in the plainest way: count all pairs, join the most frequent, begin again.</summary>
internal static class PairLearner
{
    /// <param name="words">Words as their first symbols.</param>
    /// <param name="count">How many merges at most.</param>
    public static List<(string Left, string Right)> Learn(IEnumerable<IEnumerable<string>> words, int count)
    {
        var all = words.Select(word => word.ToList()).ToList();
        var merges = new List<(string, string)>();
        while (merges.Count < count)
        {
            var best = all.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair).Where(group => group.Key.First.Length + group.Key.Second.Length <= 16)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.First + " " + group.Key.Second, StringComparer.Ordinal).FirstOrDefault();
            if (best is null || best.Count() < 2)
                break;
            merges.Add(best.Key);
            foreach (var word in all)
            {
                for (var at = 0; at + 1 < word.Count; at++)
                {
                    if ((word[at], word[at + 1]) != best.Key)
                        continue;
                    word[at] += word[at + 1];
                    word.RemoveAt(at + 1);
                }
            }
        }
        return merges;
    }
}
