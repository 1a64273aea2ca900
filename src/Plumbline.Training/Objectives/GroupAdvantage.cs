using System.Text.Json.Serialization;

namespace Plumbline.Training.Objectives;

/// <summary>What an answer is held against.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GroupBaseline>))]
public enum GroupBaseline
{
    /// <summary>The mean of its group, itself included (GRPO).</summary>
    Mean,

    /// <summary>The mean of the others (RLOO, Ahmadian et al. 2024).</summary>
    LeaveOneOut,
}

/// <summary>What advantages of a group are divided by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeviationScale>))]
public enum DeviationScale
{
    /// <summary>The deviation of its rewards, a mean of squares over n.</summary>
    Population,

    /// <summary>The deviation of its rewards, over n − 1.</summary>
    Sample,

    /// <summary>Nothing (RLOO; Dr. GRPO, Liu et al. 2025): prompts whose answers differ little count little.</summary>
    None,
}

/// <summary>How much better an answer is than others to the same prompt.</summary>
public static class GroupAdvantage
{
    /// <summary>A_i = (r_i − b_i) / (d + ε); 0 where all rewards are equal.</summary>
    /// <param name="rewards">r, of the answers of one group.</param>
    /// <param name="baseline">b.</param>
    /// <param name="scale">d.</param>
    /// <param name="offset">ε ≥ 0, added to a deviation.</param>
    public static double[] Of(IReadOnlyList<double> rewards, GroupBaseline baseline = GroupBaseline.Mean, DeviationScale scale = DeviationScale.Population, double offset = 0)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        if (rewards.Count < 2)
            return new double[rewards.Count];
        double mean = rewards.Average(), count = rewards.Count;
        var squares = rewards.Sum(reward => (reward - mean) * (reward - mean));
        if (Math.Sqrt(squares / count) < 1e-9) // the mean of equal numbers may differ from them in the last bit
            return new double[rewards.Count];
        var factor = baseline == GroupBaseline.LeaveOneOut ? count / (count - 1) : 1;
        var divisor = scale switch
        {
            DeviationScale.Population => Math.Sqrt(squares / count) + offset,
            DeviationScale.Sample => Math.Sqrt(squares / (count - 1)) + offset,
            _ => 1,
        };
        return [.. rewards.Select(reward => factor * (reward - mean) / divisor)];
    }
}
