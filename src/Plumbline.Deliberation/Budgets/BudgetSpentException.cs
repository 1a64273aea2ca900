namespace Plumbline.Deliberation;

/// <summary>The budget of a request allows no further call. Stages that have an answer by then return it; only where there is none does this reach the caller.</summary>
/// <param name="limit">Which limit was reached, in words: <c>8 calls</c>.</param>
public sealed class BudgetSpentException(string limit)
    : Exception($"The budget of this request is spent ({limit}) before there was an answer. Allow more, or take stages out of the pipeline.")
{
    /// <summary>Which limit was reached, in words.</summary>
    public string Limit { get; } = limit;
}
