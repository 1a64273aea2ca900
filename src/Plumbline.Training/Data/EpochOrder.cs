namespace Plumbline.Training;

/// <summary>Which of the data each step takes: every epoch goes through all of it, in an order of its own.</summary>
/// <remarks>A pure function of seed, purpose and step, so that training that was killed takes the same data when it is taken up.</remarks>
/// <param name="Count">How much data there is, at least 1.</param>
/// <param name="PerStep">How much of it a step takes, at least 1; the last step of an epoch takes what is left.</param>
/// <param name="Seed">Same seed, same order.</param>
/// <param name="Purpose">What it is for; two purposes have unrelated orders.</param>
public sealed record EpochOrder(int Count, int PerStep, long Seed, string Purpose)
{
    /// <summary>How much data there is.</summary>
    public int Count { get; } = Count > 0 ? Count : throw new ArgumentOutOfRangeException(nameof(Count), Count, "There is no data.");

    /// <summary>How much of it a step takes.</summary>
    public int PerStep { get; } = PerStep > 0 ? PerStep : throw new ArgumentOutOfRangeException(nameof(PerStep), PerStep, "A step takes at least one.");

    /// <summary>Steps of one epoch.</summary>
    public int StepsPerEpoch => (Count + PerStep - 1) / PerStep;

    /// <summary>What a step takes.</summary>
    /// <param name="step">Which, from 0, over all epochs.</param>
    /// <returns>Indices from 0 to below <see cref="Count"/>.</returns>
    public IReadOnlyList<int> Batch(int step)
    {
        var (epoch, part) = Math.DivRem(step, StepsPerEpoch);
        return [.. Epoch(epoch).Skip(part * PerStep).Take(PerStep)];
    }

    /// <summary>The order of an epoch.</summary>
    internal int[] Epoch(int epoch) => new Draws(Seed, Purpose, epoch).Shuffle(Enumerable.Range(0, Count));
}
