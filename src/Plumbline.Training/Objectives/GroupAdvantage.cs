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

    /// <summary>How much better it went from a step on than from the same step of the other answers: what <see cref="Of"/> makes of G_{i,t} = Σ_{k ≥ t} γ^{k − t} r_{i,k} over all answers that have a step t.</summary>
    /// <remarks>A step that every answer takes equally well gets nothing, though the answers end differently; one that nobody else came to gets nothing either.</remarks>
    /// <param name="rewards">r, of each step of each answer of one group.</param>
    /// <param name="discount">γ, from 0 to 1.</param>
    /// <param name="baseline">What is taken from G.</param>
    /// <param name="scale">What it is divided by.</param>
    /// <param name="offset">Added to a deviation.</param>
    public static double[][] OfSteps(IReadOnlyList<IReadOnlyList<double>> rewards, double discount = 1, GroupBaseline baseline = GroupBaseline.Mean, DeviationScale scale = DeviationScale.Population, double offset = 0)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        double[][] toGo = [.. rewards.Select(own => ToGo(own, discount))];
        double[][] found = [.. toGo.Select(own => new double[own.Length])];
        for (var t = 0; t < toGo.Select(own => own.Length).DefaultIfEmpty().Max(); t++)
        {
            int[] there = [.. Enumerable.Range(0, toGo.Length).Where(index => toGo[index].Length > t)];
            foreach (var (index, advantage) in there.Zip(Of([.. there.Select(index => toGo[index][t])], baseline, scale, offset)))
                found[index][t] = advantage;
        }
        return found;
    }

    private static double[] ToGo(IReadOnlyList<double> rewards, double discount)
    {
        var toGo = new double[rewards.Count];
        var later = 0.0;
        for (var t = rewards.Count - 1; t >= 0; t--)
            toGo[t] = later = rewards[t] + discount * later;
        return toGo;
    }
}
