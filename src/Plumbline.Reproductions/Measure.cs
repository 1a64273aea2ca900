using System.Globalization;
using Plumbline.Statistics;

namespace Plumbline.Reproductions;

/// <summary>Rows of a result from the numbers behind them.</summary>
internal static class Measure
{
    /// <summary>A number that nothing is drawn for.</summary>
    /// <param name="claim">Without the number, which is added.</param>
    /// <param name="measured">What came out.</param>
    /// <param name="expected">What the paper, or arithmetic by hand, says.</param>
    /// <param name="margin">How far off still is the same, half of a unit of the last digit that is given.</param>
    public static MeasuredClaim Exact(string claim, double measured, double expected, double margin = 5e-7) => new()
    {
        Claim = string.Create(CultureInfo.InvariantCulture, $"{claim}: {expected}"),
        Measured = measured,
        Holds = Decision.Near(measured, measured, expected, margin),
    };

    /// <summary>The mean of a number of each seed, and the side of a bound that it should lie on.</summary>
    /// <exception cref="InputException">There is one seed only.</exception>
    public static MeasuredClaim Mean(string claim, IReadOnlyList<double> values, double bound, bool atLeast, IReadOnlyList<int> seeds)
    {
        var estimate = Interval(values);
        return new()
        {
            Claim = claim,
            Measured = estimate.Value,
            Low = estimate.Low,
            High = estimate.High,
            Holds = atLeast ? Decision.AtLeast(estimate.Low, estimate.High, bound) : Decision.AtMost(estimate.Low, estimate.High, bound),
            Seeds = seeds,
        };
    }

    /// <summary>The mean of a number of each seed, and what it should lie near to.</summary>
    /// <exception cref="InputException">There is one seed only.</exception>
    public static MeasuredClaim Near(string claim, IReadOnlyList<double> values, double target, double margin, IReadOnlyList<int> seeds)
    {
        var estimate = Interval(values);
        return new() { Claim = claim, Measured = estimate.Value, Low = estimate.Low, High = estimate.High, Holds = Decision.Near(estimate.Low, estimate.High, target, margin), Seeds = seeds };
    }

    /// <summary>The mean of a number of each seed with its interval.</summary>
    /// <exception cref="InputException">There is one seed only.</exception>
    public static Estimate Interval(IReadOnlyList<double> values) => values.Count >= 2 ? StudentInterval.Of(values)
        : throw new InputException("--seeds", "one seed says nothing about how far another would be off.", "Give at least two, for example 1-5.");

    /// <summary>One arm less another, seed by seed: does the difference lie above a bound?</summary>
    /// <remarks>Two arms that are the same to the last bit do not differ.</remarks>
    public static MeasuredClaim Difference(string claim, IReadOnlyList<double> arm, IReadOnlyList<double> other, IReadOnlyList<int> seeds, double bound = 0)
    {
        var mean = Mean(claim, [.. arm.Zip(other, (one, another) => one - another)], bound, atLeast: true, seeds);
        return mean with { Holds = Decision.Above(mean.Low!.Value, mean.High!.Value, bound) };
    }

    /// <summary>One arm less another, seed by seed: is the difference a bound or more?</summary>
    public static MeasuredClaim AtLeast(string claim, IReadOnlyList<double> arm, IReadOnlyList<double> other, IReadOnlyList<int> seeds, double bound = 0) =>
        Mean(claim, [.. arm.Zip(other, (one, another) => one - another)], bound, atLeast: true, seeds);

    /// <summary>Rows of a form whose models are trained for seconds say nothing of those of the full form: all but exact numbers are told apart from them.</summary>
    public static IReadOnlyList<MeasuredClaim> Brief(bool fast, IReadOnlyList<MeasuredClaim> rows) => fast ? [.. rows.Select(row => row.IsExact ? row : row with { Claim = $"{row.Claim} (trained for seconds)" })] : rows;

    /// <summary>Gives each row its share of the time.</summary>
    public static IReadOnlyList<MeasuredClaim> Timed(IReadOnlyList<MeasuredClaim> rows, TimeSpan time) => [.. rows.Select(row => row with { Seconds = time.TotalSeconds / rows.Count })];
}
