namespace Plumbline.Training;

/// <summary>The fewest insertions, deletions and substitutions that turn one list of tokens into another.</summary>
/// <remarks>
/// Levenshtein's distance. Several scripts can be as short; this one is found from the end, and where both would do substitutes rather than inserts, and inserts rather
/// than deletes: the rule decides which tokens are trained. O(n·m) time and memory.
/// </remarks>
/// <param name="Removed">For each token of the first list, whether it is deleted or substituted.</param>
/// <param name="Added">For each token of the second list, whether it is inserted or substitutes another.</param>
public sealed record EditScript(IReadOnlyList<bool> Removed, IReadOnlyList<bool> Added)
{
    private const long MostCells = 1 << 26;

    /// <summary>Finds the script.</summary>
    /// <exception cref="InputException">The lists are too long to compare: the product of their lengths is above 67 million.</exception>
    public static EditScript Between(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if ((first.Count + 1L) * (second.Count + 1L) > MostCells)
            throw new InputException("edit script", $"answers of {first.Count} and {second.Count} tokens are too long to compare.", $"The product of their lengths is at most {MostCells}: shorten them.");
        var costs = Costs(first, second);
        var (removed, added) = (new bool[first.Count], new bool[second.Count]);
        var (i, j) = (first.Count, second.Count);
        while (i > 0 || j > 0)
        {
            if (i > 0 && j > 0 && costs[i, j] == costs[i - 1, j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1))
            {
                removed[i - 1] = added[j - 1] = first[i - 1] != second[j - 1];
                (i, j) = (i - 1, j - 1);
            }
            else if (j > 0 && costs[i, j] == costs[i, j - 1] + 1)
            {
                added[--j] = true;
            }
            else
            {
                removed[--i] = true;
            }
        }
        return new EditScript(removed, added);
    }

    /// <summary>costs[i, j]: edits between the first i and the first j tokens.</summary>
    private static int[,] Costs(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        var costs = new int[first.Count + 1, second.Count + 1];
        for (var i = 0; i <= first.Count; i++)
        {
            for (var j = 0; j <= second.Count; j++)
            {
                costs[i, j] = i == 0 ? j : j == 0 ? i
                    : Math.Min(costs[i - 1, j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1), 1 + Math.Min(costs[i, j - 1], costs[i - 1, j]));
            }
        }
        return costs;
    }
}
