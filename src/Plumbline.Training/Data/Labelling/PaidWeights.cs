namespace Plumbline.Training;

/// <summary>What people would pay for the better answers of pairs, made comparable: each amount over the mean of who said it, then the largest cut, then all over their mean (059).</summary>
/// <remarks>Money is not worth the same to everybody: without the first step the rich decide. The mean is 1, so the numbers serve as <see cref="PairExample.Weight"/> or, as they are, as <see cref="PairExample.Gap"/>.</remarks>
public static class PaidWeights
{
    /// <summary>A number for each pair.</summary>
    /// <param name="amounts">Who would pay how much, ≥ 0, in a unit of their own.</param>
    /// <param name="quantile">Amounts above this quantile of all are cut to it, above 0 and at most 1: 1 cuts nothing.</param>
    /// <exception cref="InputException">An amount is negative or no number, or nobody would pay anything.</exception>
    public static IReadOnlyList<double> Of(IReadOnlyList<(string Who, double Amount)> amounts, double quantile = 0.99)
    {
        ArgumentNullException.ThrowIfNull(amounts);
        if (quantile is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(quantile), quantile, "It is above 0 and at most 1.");
        if (amounts.Index().FirstOrDefault(each => !(each.Item.Amount >= 0 && double.IsFinite(each.Item.Amount)), (-1, default)) is ( >= 0 and var wrong, var (who, amount)))
            throw new InputException($"pair {wrong}", $"{who} would pay {amount}.", "An amount is a number of at least 0.");
        var means = amounts.GroupBy(each => each.Who, StringComparer.Ordinal).ToDictionary(each => each.Key, each => each.Average(said => said.Amount), StringComparer.Ordinal);
        double[] own = [.. amounts.Select(each => means[each.Who] == 0 ? 0 : each.Amount / means[each.Who])];
        if (!own.Any(each => each > 0))
            throw new InputException("willingness to pay", "nobody would pay anything.", "Give at least one amount above 0.");
        var highest = own.Order().ElementAt((int)Math.Ceiling(quantile * own.Length) - 1);
        double[] cut = [.. own.Select(each => highest > 0 ? Math.Min(each, highest) : each)]; // where nearly nobody pays, a cut would leave nothing
        var mean = cut.Average();
        return [.. cut.Select(each => each / mean)];
    }
}
