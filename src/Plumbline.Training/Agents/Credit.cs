namespace Plumbline.Training.Agents;

/// <summary>What a turn of a trajectory answers for.</summary>
public enum Credit
{
    /// <summary>For the reward of the whole trajectory, like all its turns.</summary>
    Outcome,

    /// <summary>For its own reward and those of later turns.</summary>
    Turns,
}
