namespace Plumbline.Training;

/// <summary>A reference that follows the policy: replaced after every stage (sDPO, 097; BPO, 084), or mixed with it every few steps (TR-DPO; Gorbatovski et al. 2024).</summary>
/// <remarks>At step k·τ, before it: reference ← α·policy + (1 − α)·reference, weight by weight. Its log-probabilities are computed in each step, since none of them stays what it was.</remarks>
/// <param name="Every">τ: steps from one move to the next, at least 1.</param>
/// <param name="Mix">α: how much of the policy it takes, above 0 and at most 1; 1 replaces it, 0.6 is TR-DPO's.</param>
public sealed record MovingReference(int Every, double Mix = 1)
{
    /// <summary>τ: steps from one move to the next.</summary>
    public int Every { get; } = Every >= 1 ? Every : throw new ArgumentOutOfRangeException(nameof(Every), Every, "It moves after at least 1 step.");

    /// <summary>α: how much of the policy it takes.</summary>
    public double Mix { get; } = Mix is > 0 and <= 1 ? Mix : throw new ArgumentOutOfRangeException(nameof(Mix), Mix, "It is above 0 and at most 1.");
}
