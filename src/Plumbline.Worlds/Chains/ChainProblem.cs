using System.Globalization;

namespace Plumbline.Worlds.Chains;

/// <summary>A chain to be worked out.</summary>
/// <param name="Start">Where it begins, 0 to 9.</param>
/// <param name="Changes">What each step adds, −9 to 9.</param>
public sealed record ChainProblem(int Start, IReadOnlyList<int> Changes)
{
    /// <summary>The problem in words.</summary>
    public string Question => $"from {ChainWorld.Numbers[Start]} {string.Join(' ', Changes.Select(change => $"{(change < 0 ? "minus" : "plus")} {ChainWorld.Numbers[Math.Abs(change)]}"))} ?";

    /// <summary>The right number after each step.</summary>
    public IReadOnlyList<int> Values => [.. Changes.Index().Select(step => Round(Start + Changes.Take(step.Index + 1).Sum()))];

    /// <summary>The right solution in words, a number for each step.</summary>
    public string Solution => Say(Values);

    /// <summary>Numbers in words.</summary>
    public static string Say(IEnumerable<int> values) => string.Join(' ', values.Select(value => ChainWorld.Numbers[value]));

    /// <summary>Reads a solution, and checks each step by the number that was written before it.</summary>
    /// <param name="solution">What somebody wrote; not to be trusted.</param>
    public ChainVerdict Check(string solution)
    {
        ArgumentNullException.ThrowIfNull(solution);
        string[] words = [.. solution.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(Changes.Count + 1)];
        int[] written = [.. words.Select(word => ChainWorld.Numbers.ToList().IndexOf(word))];
        var steps = Changes.Index().Select(step => step.Index < written.Length && written[step.Index] >= 0 && (step.Index == 0 ? Start : written[step.Index - 1]) is >= 0 and var before && written[step.Index] == Round(before + step.Item)).ToArray();
        var right = words.Length == Changes.Count && written[^1] == Values[^1];
        return new(right, steps, right && steps.All(step => step) ? null : Array.IndexOf(steps, false) is >= 0 and var first ? first + 1 : steps.Length + 1);
    }

    /// <summary>The solution with one step wrong, and the numbers after it worked out from there.</summary>
    /// <param name="draws">Chooses step and number.</param>
    public string Spoil(Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var (at, off) = (draws.Next(Changes.Count), draws.Between(1, ChainWorld.Modulus - 1));
        return Say(Values.Select((value, step) => step < at ? value : Round(value + off)));
    }

    private static int Round(int value) => ((value % ChainWorld.Modulus) + ChainWorld.Modulus) % ChainWorld.Modulus;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Question} {Solution}");
}

/// <summary>What a solution is worth.</summary>
/// <param name="Right">Whether it ends with the right number, after as many steps as there are.</param>
/// <param name="Steps">For each step, whether it follows from the one before as it was written.</param>
/// <param name="FirstWrong">The first step that does not, from 1; one more than there are if only the number of steps is wrong; null if all is right.</param>
public sealed record ChainVerdict(bool Right, IReadOnlyList<bool> Steps, int? FirstWrong)
{
    /// <summary>Share of steps that follow from the one before.</summary>
    public double StepAccuracy => Steps.Average(step => step ? 1.0 : 0);
}
