using System.Globalization;
using System.Text;
using Plumbline.Statistics;

namespace Plumbline.Auditing.Reports;

/// <summary>How figures are written in a report.</summary>
internal static class Figures
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    /// <summary>Stands where there is nothing to show.</summary>
    public const string None = "–";

    public static string Percent(double share) => double.IsFinite(share) ? (100 * share).ToString("0.0", Plain) + " %" : None;

    public static string Ends(double low, double high) => double.IsFinite(low) && double.IsFinite(high) ? $"{Tenths(100 * low)} to {Tenths(100 * high)}" : None;

    private static string Tenths(double number) => number.ToString("0.0;−0.0;0.0", Plain);

    public static string Interval(Estimate estimate) => estimate.N == 0 ? None : $"{Percent(estimate.Value)} ({Ends(estimate.Low, estimate.High)}; n = {estimate.N})";

    /// <summary>A difference of two proportions in percentage points, with its sign.</summary>
    public static string Points(double difference) => double.IsFinite(difference) ? (100 * difference).ToString("+0.0;−0.0;0.0", Plain) : None;

    public static string P(PairedTest test) => test.N == 0 ? None : (test.AdjustedPValue ?? test.PValue) is var p && p < 0.001 ? "< 0.001" : p.ToString("0.000", Plain);

    public static string Number(double number) => double.IsFinite(number)
        ? Math.Abs(number) is var size && (size == 0 || size is >= 0.001 and < 100_000) ? number.ToString("#,0.####;−#,0.####", Plain) : number.ToString("0.##e+0;−0.##e+0", Plain)
        : None;

    public static string Time(TimeSpan time) => time.TotalHours >= 1 ? string.Create(Plain, $"{(int)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1 ? string.Create(Plain, $"{time.Minutes} min {time.Seconds} s")
        : string.Create(Plain, $"{time.TotalSeconds:0.0} s");

    /// <summary>The name of an enumeration's value as words: <c>DistributionShiftTest</c> is "distribution shift test".</summary>
    public static string Words(Enum value)
    {
        var words = new StringBuilder();
        foreach (var letter in value.ToString())
            words.Append(char.IsUpper(letter) && words.Length > 0 ? " " : "").Append(char.ToLowerInvariant(letter));
        return words.ToString();
    }

    /// <summary>Where a rule comes from, or null.</summary>
    public static string? Place(Rule? rule) => rule?.Source is { } source ? source.Document + (source.Section is { } section ? $" § {section}" : "") : null;
}
