namespace Plumbline.Deliberation;

/// <summary>Directions in the space of attributes: how much of each is wanted, as vectors of length 1 (074, RPS).</summary>
public static class Directions
{
    private const double Grid = Math.PI / 36;

    /// <summary>Weights as a direction: of length 1.</summary>
    /// <param name="weights">At least 0 each, not all 0.</param>
    public static double[] Unit(IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count == 0 || weights.Any(weight => !(weight >= 0) || double.IsInfinity(weight)) || weights.All(weight => weight == 0))
            throw new ArgumentException("Weights are finite, at least 0 each and not all 0.", nameof(weights));
        var scale = weights.Max(); // the largest becomes 1, so that no square overflows or vanishes
        var length = Math.Sqrt(weights.Sum(weight => weight / scale * (weight / scale)));
        return [.. weights.Select(weight => weight / scale / length)];
    }

    /// <summary>The angle between two directions, in radians.</summary>
    public static double Angle(IReadOnlyList<double> one, IReadOnlyList<double> other) => Math.Acos(Math.Clamp(one.Zip(other, (a, b) => a * b).Sum(), -1, 1));

    /// <summary>The target and its neighbours: of two attributes the nearest on a grid of 5 degrees centred on it, of more ones that are turned from it by random angles towards random directions at right angles to it.</summary>
    /// <param name="target">A direction.</param>
    /// <param name="count">How many in all, with the target, which comes first.</param>
    /// <param name="widest">The widest angle from the target, in radians, above 0 and at most a right angle.</param>
    /// <param name="draws">Where there are more than two attributes.</param>
    /// <returns>At most <paramref name="count"/> directions without negative weights; fewer of two attributes where the grid has no more.</returns>
    public static IReadOnlyList<double[]> Around(IReadOnlyList<double> target, int count, double widest, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        double[] unit = Unit(target);
        if (unit.Length == 2)
        {
            var angle = Math.Atan2(unit[1], unit[0]);
            var steps = (int)Math.Floor(widest / Grid + 1e-9);
            return [unit, .. Enumerable.Range(1, steps).SelectMany(step => new[] { angle - step * Grid, angle + step * Grid })
                .Where(each => each is >= -1e-12 and <= Math.PI / 2 + 1e-12).Take(count - 1).Select(each => new[] { Math.Max(0, Math.Cos(each)), Math.Max(0, Math.Sin(each)) })];
        }
        List<double[]> found = [unit];
        for (var attempt = 0; unit.Length > 2 && found.Count < count && attempt < 1000 * count; attempt++)
        {
            double[] random = [.. unit.Select(_ => draws.NextNormal())];
            var along = random.Zip(unit, (a, b) => a * b).Sum();
            double[] across = [.. random.Zip(unit, (a, b) => a - along * b)];
            var length = Math.Sqrt(across.Sum(each => each * each));
            var turn = draws.NextDouble() * widest;
            if (length < 1e-9)
                continue;
            double[] turned = [.. unit.Zip(across, (a, b) => Math.Cos(turn) * a + Math.Sin(turn) * b / length)];
            if (turned.All(weight => weight >= 0))
                found.Add(turned);
        }
        return found;
    }
}
