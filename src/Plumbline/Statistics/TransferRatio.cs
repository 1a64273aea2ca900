namespace Plumbline.Statistics;

/// <summary>How much of what training on a target's own data gains, training on other data gains as well (072).</summary>
/// <param name="Gain">What the other data gained, paired over items.</param>
/// <param name="OwnGain">What the target's own data gained, paired over the same items.</param>
public sealed record TransferRatio(Estimate Gain, Estimate OwnGain)
{
    /// <summary>TR = (Acc(other) − Acc(before)) / (Acc(own) − Acc(before)); null where the interval of the denominator has 0 in it: then there is no gain to have a share of.</summary>
    public double? Value => OwnGain.Low > 0 || OwnGain.High < 0 ? Gain.Value / OwnGain.Value : null;

    /// <summary>The ratio from scores of three models on the same items, for example 1 where the item was got right and 0 where not.</summary>
    /// <param name="before">Before either training, by item.</param>
    /// <param name="other">After training on other data, by item.</param>
    /// <param name="own">After training on the target's own data, by item.</param>
    /// <param name="seed">Of the bootstrap.</param>
    /// <exception cref="ArgumentException">The numbers of items differ.</exception>
    public static TransferRatio Of(IReadOnlyList<double> before, IReadOnlyList<double> other, IReadOnlyList<double> own, long seed) =>
        new(PairedBootstrap.Difference(before, other, seed), PairedBootstrap.Difference(before, own, seed));
}
