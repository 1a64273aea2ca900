namespace Plumbline.Training.Objectives;

/// <summary>Mean and deviation of all numbers so far, taken in some at a time (Chan, Golub and LeVeque 1983).</summary>
/// <param name="Count">How many.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">Sum of their squared distances from it.</param>
public readonly record struct RunningScale(double Count, double Mean, double Squares)
{
    /// <summary>√(squares / (count − 1)); 1 as long as it is not known.</summary>
    public double Deviation => Count > 1 && Squares > 0 ? Math.Sqrt(Squares / (Count - 1)) : 1;

    /// <summary>With some more.</summary>
    public RunningScale With(IReadOnlyList<double> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        if (numbers.Count == 0)
            return this;
        var mean = numbers.Average();
        return With(new RunningScale(numbers.Count, mean, numbers.Sum(number => (number - mean) * (number - mean))));
    }

    /// <summary>Of both together.</summary>
    public RunningScale With(RunningScale other)
    {
        if (Count + other.Count == 0)
            return this;
        double count = Count + other.Count, gap = other.Mean - Mean;
        return new(count, Mean + gap * other.Count / count, Squares + other.Squares + gap * gap * Count * other.Count / count);
    }
}
