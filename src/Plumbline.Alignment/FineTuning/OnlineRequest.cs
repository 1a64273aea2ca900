using Plumbline.Training;

namespace Plumbline.Alignment;

/// <summary>What preference training on answers of the policy's own is asked for, besides what reinforcement learning is.</summary>
public sealed record OnlineRequest
{
    /// <summary>What pairs are made by: <c>best-worst</c>, <c>threshold</c>, or <c>length-regularised</c>.</summary>
    public string Labels { get; init; } = "best-worst";

    /// <summary>The reward that a good answer has at least, for <c>threshold</c>.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>What the policy is held to, as <see cref="AnchorMixture.Parse"/> reads it.</summary>
    public string Anchor { get; init; } = "start";

    /// <summary>Steps of a round: what <c>round</c> and <c>earlier</c> mean for the anchor.</summary>
    public int StepsPerRound { get; init; } = 1;

    /// <summary>Times that the pairs of a step are gone through.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Pairs of an update; null: all pairs of a step make one.</summary>
    public int? PairsPerUpdate { get; init; }

    /// <summary>The names of <see cref="Labels"/>.</summary>
    public static IReadOnlyList<string> Labellers { get; } = ["best-worst", "threshold", "length-regularised"];

    internal PairLabeller Labeller() => Labels switch
    {
        "best-worst" => new BestWorst(),
        "threshold" => new Threshold(Threshold),
        "length-regularised" => new LengthRegularised(),
        _ => throw new InputException("--labels", $"'{Labels}' makes no pairs.", $"There are: {string.Join(", ", Labellers)}."),
    };
}
