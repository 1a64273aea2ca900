namespace Plumbline.Training;

/// <summary>Mixes pairs that were there before with those of a step, so that what was learnt from them is not lost (117).</summary>
/// <param name="offline">The pairs that were there before, at least one.</param>
/// <param name="share">Their share of all pairs of a step, from 0 to below 1; the paper's is 0.5.</param>
/// <param name="seed">Same seed and step, same pairs.</param>
public sealed class ReplayMix(IReadOnlyList<PairExample> offline, double share, long seed)
{
    private readonly double _share = share is >= 0 and < 1 ? share : throw new ArgumentOutOfRangeException(nameof(share), share, "A share is from 0 to below 1.");

    /// <summary>All pairs of a step, in an order of its own; none where nothing is fresh.</summary>
    /// <param name="step">Which, from 0.</param>
    /// <param name="fresh">The pairs of answers that the policy has just written.</param>
    public IReadOnlyList<PairExample> With(int step, IReadOnlyList<PairExample> fresh)
    {
        ArgumentNullException.ThrowIfNull(fresh);
        var draws = new Draws(seed, "replay", step);
        var count = (int)Math.Round(fresh.Count * _share / (1 - _share), MidpointRounding.AwayFromZero);
        return draws.Shuffle(fresh.Concat(Enumerable.Range(0, count).Select(_ => draws.Pick(offline))));
    }
}
