using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>What can be chosen of a group-relative policy gradient, by the names that the command line and recipes know.</summary>
public static class GroupChoices
{
    /// <summary>What an answer is held against.</summary>
    public static IReadOnlyDictionary<string, GroupBaseline> Baselines { get; } = new Dictionary<string, GroupBaseline> { ["mean"] = GroupBaseline.Mean, ["leave-one-out"] = GroupBaseline.LeaveOneOut };

    /// <summary>What advantages are divided by.</summary>
    public static IReadOnlyDictionary<string, DeviationScale> Scales { get; } = new Dictionary<string, DeviationScale> { ["population"] = DeviationScale.Population, ["sample"] = DeviationScale.Sample, ["none"] = DeviationScale.None };

    /// <summary>What the loss is a mean of, by the methods that have it so.</summary>
    public static IReadOnlyDictionary<string, LossMean> LossTypes { get; } = new Dictionary<string, LossMean> { ["dapo"] = LossMean.Tokens, ["grpo"] = LossMean.Answers, ["dr-grpo"] = LossMean.Length };

    /// <summary>Whether an answer has one ratio.</summary>
    public static IReadOnlyDictionary<string, bool> Levels { get; } = new Dictionary<string, bool> { ["token"] = false, ["sequence"] = true };

    /// <summary>How the divergence is estimated.</summary>
    public static IReadOnlyDictionary<string, DivergenceEstimate> Estimates { get; } = new Dictionary<string, DivergenceEstimate> { ["k1"] = DivergenceEstimate.K1, ["k2"] = DivergenceEstimate.K2, ["k3"] = DivergenceEstimate.K3 };

    /// <summary>Whether the divergence is taken from the reward.</summary>
    public static IReadOnlyDictionary<string, bool> Places { get; } = new Dictionary<string, bool> { ["loss"] = false, ["reward"] = true };
}
