using System.Text.Json.Serialization;

namespace Plumbline.Training.Agents;

/// <summary>One turn of a policy, and what it was told then.</summary>
/// <param name="Written">Its own tokens.</param>
/// <param name="Reward">What the turn was worth.</param>
/// <param name="Observed">Tokens that it read afterwards.</param>
public sealed record Turn(int[] Written, double Reward, int[] Observed);

/// <summary>An episode from its task to its end.</summary>
/// <param name="Prompt">Tokens of the task.</param>
/// <param name="Turns">At least one.</param>
/// <param name="Ended">Whether the work came to its end, rather than out of turns or room.</param>
public sealed record Trajectory(int[] Prompt, IReadOnlyList<Turn> Turns, bool Ended)
{
    /// <summary>What all turns together were worth.</summary>
    [JsonIgnore]
    public double Reward => Turns.Sum(turn => turn.Reward);

    /// <summary>The whole as one text, of which the policy's own turns are trained; task and observations are read.</summary>
    [JsonIgnore]
    public TokenExample Example => new([.. Prompt, .. Turns.SelectMany(turn => (int[])[.. turn.Written, .. turn.Observed])],
        [.. new float[Prompt.Length], .. Turns.SelectMany(turn => (float[])[.. Enumerable.Repeat(1f, turn.Written.Length), .. new float[turn.Observed.Length]])]);

    /// <summary>Trajectories of one task as what a policy gradient learns from.</summary>
    /// <param name="trajectories">Of one task.</param>
    /// <param name="credit">Whether a turn answers for what came after it alone, or for all.</param>
    public static ScoredGroup Group(IReadOnlyList<Trajectory> trajectories, Credit credit)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        return new ScoredGroup([.. trajectories.Select(each => each.Example)], [.. trajectories.Select(each => each.Reward)])
        {
            Steps = credit == Credit.Turns ? [.. trajectories.Select(each => (IReadOnlyList<StepReward>)[.. each.Turns.Select(turn => new StepReward(turn.Written.Length, turn.Reward))])] : null,
        };
    }
}
