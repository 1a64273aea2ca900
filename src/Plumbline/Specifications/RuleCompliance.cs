namespace Plumbline;

/// <summary>How an answer stands to rules of which earlier ones outrank later ones, and to what was asked (044, SoFA).</summary>
/// <remarks>
/// Answers are compared by the first rule that one keeps and the other breaks, and by their help where there is none. For rules that each answer keeps or breaks that is the same as comparing Σ 2⁻ᵏ over the rules k that are kept:
/// no number of later rules makes up for an earlier one. A rule that does not apply is kept by every answer.
/// </remarks>
/// <param name="Kept">For each rule in the order of priority, whether the answer keeps it.</param>
/// <param name="Help">How far the answer does what was asked; decides between answers that keep the same rules.</param>
public sealed record RuleCompliance(IReadOnlyList<bool> Kept, double Help)
{
    /// <summary>Σ 2⁻ᵏ over the rules that are kept, the first being k = 1.</summary>
    public double Weight => Kept.Index().Sum(rule => rule.Item ? Math.ScaleB(1, -1 - rule.Index) : 0);

    /// <summary>Above 0 where this answer is the better one.</summary>
    /// <exception cref="ArgumentException">The other answer was held against other rules.</exception>
    public int CompareTo(RuleCompliance other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Kept.Count != Kept.Count)
            throw new ArgumentException($"Both answers are held against the same rules: here {Kept.Count}, there {other.Kept.Count}.", nameof(other));
        var first = Enumerable.Range(0, Kept.Count).FirstOrDefault(rule => Kept[rule] != other.Kept[rule], -1);
        return first < 0 ? Help.CompareTo(other.Help) : Kept[first] ? 1 : -1;
    }

    /// <summary>Which of several answers to give; of equals the first.</summary>
    /// <param name="answers">At least one.</param>
    public static int Best(IReadOnlyList<RuleCompliance> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentOutOfRangeException.ThrowIfZero(answers.Count, nameof(answers));
        return Enumerable.Range(1, answers.Count - 1).Aggregate(0, (best, next) => answers[next].CompareTo(answers[best]) > 0 ? next : best);
    }
}
