namespace Plumbline.Statistics;

/// <summary>How often both items of a pair are got right (072): who answers the same to both of two opposite items gets none, however many items that makes right.</summary>
public static class PairConsistency
{
    /// <summary>The share of pairs with every item right, with Wilson's interval.</summary>
    /// <param name="items">Items that belong together have the same pair; items whose pair has one item alone do not count.</param>
    /// <returns>An estimate whose n is the number of pairs.</returns>
    public static Estimate Of(IEnumerable<(string Pair, bool Right)> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var pairs = items.GroupBy(item => item.Pair, item => item.Right, StringComparer.Ordinal).Where(pair => pair.Skip(1).Any()).ToList();
        return WilsonInterval.Of(pairs.Count(pair => pair.All(right => right)), pairs.Count);
    }
}
