namespace Plumbline.Statistics;

/// <summary>Expected calibration error (ST8; Naeini et al. 2015): how far stated confidence lies from how often it is right.</summary>
/// <remarks>Σ over bins of (share of items in the bin) · |mean confidence − share right|. Bins hold equally many items in the order of confidence; items of the same confidence stay together.</remarks>
public static class CalibrationError
{
    /// <summary>The error, from 0 to 1.</summary>
    /// <param name="confidences">Of each item, from 0 to 1; at least one item.</param>
    /// <param name="right">Whether each was right.</param>
    /// <param name="bins">How many bins, at least 1.</param>
    public static double Of(IReadOnlyList<double> confidences, IReadOnlyList<bool> right, int bins = 15)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentOutOfRangeException.ThrowIfLessThan(confidences.Count, 1, nameof(confidences));
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Count, confidences.Count, nameof(right));
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (confidences.Any(confidence => confidence is not (>= 0 and <= 1)))
            throw new ArgumentOutOfRangeException(nameof(confidences), "A confidence is from 0 to 1.");
        var items = confidences.Zip(right).OrderBy(each => each.First).ToArray();
        var (error, start) = (0.0, 0);
        for (var bin = 1; bin <= bins; bin++)
        {
            var end = Math.Max(start, (int)((long)items.Length * bin / bins));
            while (end > start && end < items.Length && items[end].First == items[end - 1].First)
                end++;
            error += Math.Abs(items[start..end].Sum(item => item.First - (item.Second ? 1 : 0))) / items.Length;
            start = end;
        }
        return error;
    }
}
