using MathNet.Numerics.Distributions;

namespace Plumbline.Statistics;

/// <summary>The mean of a few independent repetitions, such as one number for each seed (ST12), with Student's interval.</summary>
public static class StudentInterval
{
    /// <summary>Mean ± t · s/√n with n − 1 degrees of freedom.</summary>
    /// <param name="values">One number for each repetition, at least 2.</param>
    public static Estimate Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Count, 2, nameof(values));
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        var half = StudentT.InvCDF(0, 1, values.Count - 1, 0.975) * deviation / Math.Sqrt(values.Count);
        return new Estimate(mean, mean - half, mean + half, values.Count, "Student");
    }
}
