namespace Plumbline.Training.Agents;

/// <summary>One piece of work that a policy does turn by turn: it acts, is told what came of it, and acts again (119).</summary>
public interface IEpisode
{
    /// <summary>Tokens of the task, at least one.</summary>
    int[] Prompt { get; }

    /// <summary>Carries out what the policy wrote. Called from one thread, turn by turn, until it is over.</summary>
    /// <param name="written">Tokens of the turn, with their end marker if they have one; not to be trusted.</param>
    Observation Act(IReadOnlyList<int> written);
}

/// <summary>What came of a turn.</summary>
/// <param name="Tokens">What the policy reads before its next turn; none if it is told nothing.</param>
/// <param name="Reward">What the turn was worth.</param>
/// <param name="Ended">Whether the work is over.</param>
public sealed record Observation(int[] Tokens, double Reward, bool Ended);
