namespace Plumbline.Training;

/// <summary>Leaves out steps of a chain at random, so that a model learns to answer with fewer of them than it was taught (032, MoTE).</summary>
/// <remarks>The last step, the answer, always stays. A step that is left out is not read either: what comes after it follows on what came before it.</remarks>
/// <param name="Chance">How likely each step is left out, from 0 to below 1.</param>
public sealed record StepDropout(double Chance)
{
    /// <summary>How likely each step is left out.</summary>
    public double Chance { get; } = Chance is >= 0 and < 1 ? Chance : throw new ArgumentOutOfRangeException(nameof(Chance), Chance, "It is at least 0 and less than 1.");

    /// <summary>An example of the steps that stay, all of which are trained.</summary>
    /// <param name="prompt">What is read.</param>
    /// <param name="steps">Tokens of each step, the one that opens it first; those of the last end the text.</param>
    /// <param name="draws">Chooses what is left out.</param>
    public TokenExample Apply(int[] prompt, IReadOnlyList<int[]> steps, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentOutOfRangeException.ThrowIfZero(steps.Count, nameof(steps));
        return TokenExample.Completion(prompt, [.. steps.SkipLast(1).Where(_ => !draws.Chance(Chance)).SelectMany(step => step), .. steps[^1]]);
    }
}
