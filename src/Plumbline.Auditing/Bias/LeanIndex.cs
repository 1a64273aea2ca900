namespace Plumbline.Auditing;

/// <summary>How far a model leans to one side of an axis, by its agreement with statements of either side (057).</summary>
/// <remarks>Ask each statement in several wordings and with the options in both orders, and give the mean agreement: a single wording measures the wording.</remarks>
/// <param name="Lean">From −1, all for the second side, to 1, all for the first.</param>
/// <param name="Acquiescence">From −1, no to everything, to 1, yes to everything: what the lean is free of.</param>
public readonly record struct LeanIndex(double Lean, double Acquiescence)
{
    /// <summary>Lean = (m₁ − m₂)/2 and acquiescence = (m₁ + m₂)/2, with m the mean of 2·agreement − 1 over the statements of a side; each side counts as much as the other, however many statements it has.</summary>
    /// <param name="statements">Whether each is for the first side, and the agreement with it, from 0 to 1; both sides have some.</param>
    /// <exception cref="ArgumentException">A side has none, or an agreement is no share.</exception>
    public static LeanIndex Of(IReadOnlyCollection<(bool ForFirst, double Agreement)> statements)
    {
        ArgumentNullException.ThrowIfNull(statements);
        if (statements.Any(each => each.Agreement is not (>= 0 and <= 1)))
            throw new ArgumentException("Agreement is a share from 0 to 1.", nameof(statements));
        var sides = statements.ToLookup(each => each.ForFirst, each => 2 * each.Agreement - 1);
        if (!sides.Contains(true) || !sides.Contains(false))
            throw new ArgumentException("Both sides have statements: else agreeing with everything would be a lean.", nameof(statements));
        var (first, second) = (sides[true].Average(), sides[false].Average());
        return new((first - second) / 2, (first + second) / 2);
    }
}
