namespace Plumbline.Deliberation;

/// <summary>A policy to decide by, given and not learnt: principles in their order, at one level of abstraction (083, ethical reasoning over moral alignment).</summary>
/// <param name="School">Where it comes from.</param>
/// <param name="Level">How near it is to cases.</param>
/// <param name="Principles">At least one; earlier ones outrank later ones.</param>
public sealed record EthicalPolicy(EthicalSchool School, PolicyLevel Level, IReadOnlyList<string> Principles);

/// <summary>A school of ethics.</summary>
public enum EthicalSchool
{
    /// <summary>What a person of good character would do.</summary>
    Virtue,

    /// <summary>What duty asks, whatever comes of it.</summary>
    Duty,

    /// <summary>What leads to the best outcome.</summary>
    Consequence,
}

/// <summary>How near a policy is to cases.</summary>
public enum PolicyLevel
{
    /// <summary>A word: honesty.</summary>
    Abstract,

    /// <summary>A general rule: tell the truth to those whom it concerns.</summary>
    General,

    /// <summary>A rule that names the case.</summary>
    Specific,
}

/// <summary>A case to decide.</summary>
/// <param name="Text">What is the matter.</param>
/// <param name="Options">What can be done; 2 to 6.</param>
public sealed record Dilemma(string Text, IReadOnlyList<string> Options);

/// <summary>What a policy decides.</summary>
/// <param name="Option">The option, by its number from 0; null: undecided.</param>
/// <param name="Confidence">The share of the orders of options under which it was chosen.</param>
/// <param name="Principle">The principle that entails it, by its number from 0; null where none does.</param>
/// <param name="Specialised">The principles as they were made to fit the case; as they were given where they were near enough.</param>
/// <param name="Why">Why it is undecided, or empty.</param>
public sealed record PolicyDecision(int? Option, double Confidence, int? Principle, IReadOnlyList<string> Specialised, string Why);
