namespace Plumbline.Training;

/// <summary>What two rankings of the same things agree on (018).</summary>
public static class CommonOrder
{
    /// <summary>The longest list that stands in this order in both: their longest common subsequence. O(n·m) time and memory.</summary>
    /// <remarks>Of several as long, the one found by following the first order where both ways lead as far.</remarks>
    public static IReadOnlyList<int> Of(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var lengths = new int[first.Count + 1, second.Count + 1]; // of what is left from i and j on
        for (var i = first.Count - 1; i >= 0; i--)
        {
            for (var j = second.Count - 1; j >= 0; j--)
                lengths[i, j] = first[i] == second[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        }
        List<int> common = [];
        for (int i = 0, j = 0; i < first.Count && j < second.Count;)
        {
            if (first[i] == second[j])
            {
                common.Add(first[i]);
                (i, j) = (i + 1, j + 1);
            }
            else if (lengths[i, j + 1] >= lengths[i + 1, j])
            {
                j++;
            }
            else
            {
                i++;
            }
        }
        return common;
    }
}
