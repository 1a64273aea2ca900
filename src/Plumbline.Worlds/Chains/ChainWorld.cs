namespace Plumbline.Worlds.Chains;

/// <summary>Arithmetic of several steps, each of which can be checked: a chain of sums and differences modulo 10, solved one number at a time (099).</summary>
/// <remarks>The longer the chain, the harder: who gets a step right with probability p solves a chain of n steps with probability pⁿ.</remarks>
public static class ChainWorld
{
    /// <summary>Numbers are 0 to 9, and go round.</summary>
    public const int Modulus = 10;

    /// <summary>The most that a step of a drawn chain adds or takes away.</summary>
    public const int LargestChange = 3;

    /// <summary>Numbers as words.</summary>
    public static IReadOnlyList<string> Numbers { get; } = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    /// <summary>All words of problems and solutions.</summary>
    public static IReadOnlyList<string> Words { get; } = ["from", "plus", "minus", "?", .. Numbers];

    /// <summary>A problem.</summary>
    /// <param name="draws">Chooses it.</param>
    /// <param name="steps">Its length, from 1 to 9.</param>
    public static ChainProblem Draw(Draws draws, int steps)
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, 9);
        return new(draws.Next(Modulus), [.. Enumerable.Range(0, steps).Select(_ => draws.Between(1, LargestChange) * (draws.Chance(0.5) ? 1 : -1))]);
    }
}
