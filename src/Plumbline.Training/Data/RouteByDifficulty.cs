namespace Plumbline.Training.Data;

/// <summary>Splits data by how hard they are for the model, so that each part gets the kind of feedback that fits it (099, Constructive and Diverse Feedback).</summary>
public static class RouteByDifficulty
{
    /// <summary>Indices of the items of each part, the easiest part first; of equally hard ones the earlier are taken for easier.</summary>
    /// <param name="difficulty">Of each item; the greater, the harder.</param>
    /// <param name="quantiles">Where parts end, as shares of all items, rising, between 0 and 1: two of them make three parts.</param>
    /// <exception cref="ArgumentException">A difficulty is not a number, or the quantiles do not rise.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Split(IReadOnlyList<double> difficulty, params IReadOnlyList<double> quantiles)
    {
        ArgumentNullException.ThrowIfNull(difficulty);
        ArgumentNullException.ThrowIfNull(quantiles);
        if (difficulty.Any(double.IsNaN))
            throw new ArgumentException("A difficulty is not a number.", nameof(difficulty));
        if (quantiles.Any(quantile => quantile is not (> 0 and < 1)) || quantiles.Zip(quantiles.Skip(1)).Any(each => each.First >= each.Second))
            throw new ArgumentException("Quantiles rise, between 0 and 1.", nameof(quantiles));
        int[] order = [.. Enumerable.Range(0, difficulty.Count).OrderBy(index => difficulty[index])]; // stable
        int[] ends = [.. quantiles.Select(quantile => (int)Math.Round(quantile * order.Length)), order.Length];
        return [.. ends.Select((end, part) => (IReadOnlyList<int>)order[(part == 0 ? 0 : ends[part - 1])..end])];
    }

    /// <summary>How little answers to one prompt agree: 1 less the share of the commonest one.</summary>
    /// <param name="answers">What counts of each answer, at least one.</param>
    public static double Disagreement(IReadOnlyList<string> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentOutOfRangeException.ThrowIfZero(answers.Count, nameof(answers));
        return 1 - answers.GroupBy(answer => answer, StringComparer.Ordinal).Max(same => same.Count()) / (double)answers.Count;
    }
}
