namespace Plumbline.Training.Objectives;

/// <summary>What a loss over pairs needs besides the log-probabilities of both answers under the policy; nothing else is computed.</summary>
[Flags]
public enum PairColumns
{
    /// <summary>Nothing: no reference is asked.</summary>
    None = 0,

    /// <summary>Log-probabilities under the reference.</summary>
    Reference = 1,

    /// <summary>Sums over as many tokens as both answers have.</summary>
    Shared = 2,

    /// <summary>How usual each answer is for the policy.</summary>
    Certainty = 4,

    /// <summary>By how much the better answer is better, where the data say so.</summary>
    Gap = 8,

    /// <summary>The lengths of both answers; they are always there in training, but someone who asks for a loss of given numbers need not give what is not read.</summary>
    Lengths = 16,
}
