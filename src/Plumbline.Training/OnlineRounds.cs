namespace Plumbline.Training;

/// <summary>How a step of online training goes: what it is held to, and what it does with its pairs.</summary>
/// <param name="Anchor">What the reference is.</param>
public sealed record OnlineRounds(AnchorMixture Anchor)
{
    /// <summary>Steps of a round, at least 1: the anchors <see cref="AnchorMixture.Round"/> and <see cref="AnchorMixture.Earlier"/> move when one ends.</summary>
    public int StepsPerRound { get; init; } = 1;

    /// <summary>Times that the pairs of a step are gone through, at least 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Pairs of an update, at least 1; null: all pairs of a step make one.</summary>
    public int? PairsPerUpdate { get; init; }

    /// <summary>Pairs that were there before, mixed with those of each step; null: there are none.</summary>
    public ReplayMix? Replay { get; init; }
}
