using System.Globalization;

namespace Plumbline.Models.Generation.Constraints.Schemas;

/// <summary>The ways to write numbers between two bounds in JSON.</summary>
/// <remarks>At most 15 digits before the point (17 where fractions are allowed and there are no bounds), so that every reader keeps them, and 21 after it. Between bounds, numbers stand without an exponent.</remarks>
internal static class NumberTexts
{
    private const int MostWhole = 15;

    private const int MostFraction = 21;

    /// <summary>Any number; exponents have two digits at most.</summary>
    public static CodePointAutomaton Numbers { get; } = Pattern.Whole($$"""-?(0|[1-9]\d{0,16})(\.\d{1,{{MostFraction}}})?([eE][+-]?\d{1,2})?""", "number");

    /// <summary>Any whole number.</summary>
    public static CodePointAutomaton Integers { get; } = Pattern.Whole($$"""0|-?[1-9]\d{0,{{MostWhole - 1}}}""", "integer");

    /// <summary>The numbers between two bounds.</summary>
    /// <param name="integer">Whether only whole ones.</param>
    /// <param name="least">The lower bound, if there is one.</param>
    /// <param name="most">The upper bound, if there is one.</param>
    public static CodePointAutomaton Between(bool integer, NumberBound? least, NumberBound? most)
    {
        if (least is null && most is null)
            return integer ? Integers : Numbers;
        // Of a negative number the magnitude counts, so that its bounds change places.
        var (positive, negative) = ((Near: Floor(least), Far: Ceiling(most)), (Near: Floor(most?.Negated), Far: Ceiling(least?.Negated)));
        return CodePointAutomaton.Build(default(Written), Accepts, Moves, int.MaxValue)!;

        bool Accepts(Written state)
        {
            var (near, far) = state.Sign < 0 ? negative : positive;
            return state.Whole > 0 && state.Fraction != 0 && !(integer && state is { Sign: < 0, Zero: true })
                && near.Admits(state, state.Near, below: false) && far.Admits(state, state.Far, below: true);
        }

        IEnumerable<(int Low, int High, Written Next)> Moves(Written state)
        {
            if (state.Sign == 0)
            {
                yield return ('-', '-', Written.Begin(-1));
                state = Written.Begin(1);
            }
            var (near, far) = state.Sign < 0 ? negative : positive;
            if (!integer && state is { Whole: > 0, Fraction: < 0 })
                yield return ('.', '.', state with { Fraction = 0, Near = near.Settle(state, state.Near), Far = far.Settle(state, state.Far) });
            var more = state.Fraction < 0 ? !state.Zero && state.Whole < MostWhole : state.Fraction < MostFraction;
            for (var digit = 0; more && digit <= 9; digit++)
                yield return ('0' + digit, '0' + digit, state.With(digit, near.Compare(state, state.Near, digit), far.Compare(state, state.Far, digit)));
        }
    }

    /// <summary>The shortest way to write a number.</summary>
    public static string Plain(decimal value) => (value / 1.000000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private static DecimalBound Floor(NumberBound? least) => least is { Value: >= 0 } bound ? DecimalBound.Of(bound) : DecimalBound.None;

    private static DecimalBound Ceiling(NumberBound? most) => most is not { } bound ? DecimalBound.None : bound.Value < 0 ? DecimalBound.Impossible : DecimalBound.Of(bound);
}
