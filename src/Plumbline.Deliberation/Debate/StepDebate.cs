namespace Plumbline.Deliberation;

/// <summary>A debate over a computation of many steps, each a question with one right answer: Alice writes down every step, Bob names one that he holds to be wrong, and a verifier looks at that one alone (061, doubly-efficient debate with a deterministic oracle).</summary>
/// <remarks>An honest Alice asks the oracle once for each step, an honest Bob at most as often, the verifier at most once; the honest side wins always. A question that cannot be put as steps is not for this.</remarks>
public static class StepDebate
{
    /// <summary>Debates.</summary>
    /// <param name="machine">The computation.</param>
    /// <param name="alice">Answers step after step.</param>
    /// <param name="bob">Looks for a step that is wrong.</param>
    /// <param name="verifier">Answers one step for good: a person, an expensive judge.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    public static async Task<StepDebateResult> RunAsync(StepMachine machine, StepAnswer alice, StepObjection bob, StepAnswer verifier, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(alice);
        ArgumentNullException.ThrowIfNull(bob);
        ArgumentNullException.ThrowIfNull(verifier);
        List<string> steps = [];
        for (var step = 0; step < machine.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            steps.Add(await alice(machine.Question(steps), cancellationToken).ConfigureAwait(false));
        }
        if (await bob(machine, steps, cancellationToken).ConfigureAwait(false) is not { } named || named < 0 || named >= steps.Count)
            return new(steps[^1], null, null, steps);
        var right = await verifier(machine.Question(steps[..named]), cancellationToken).ConfigureAwait(false);
        return new(right == steps[named] ? steps[^1] : null, named, right, steps);
    }

    /// <summary>An objector that answers each step himself and names the first that he has another answer to; silent if there is none.</summary>
    public static StepObjection Checking(StepAnswer answer) => async (machine, steps, cancellationToken) =>
    {
        for (var step = 0; step < steps.Count; step++)
            if (await answer(machine.Question([.. steps.Take(step)]), cancellationToken).ConfigureAwait(false) != steps[step])
                return step;
        return null;
    };
}

/// <summary>A computation as steps: what is asked at a step follows from the answers to those before it, and the last answer is the result.</summary>
/// <param name="Steps">How many, at least 1.</param>
/// <param name="Question">The question of the next step.</param>
public sealed record StepMachine(int Steps, Func<IReadOnlyList<string>, string> Question)
{
    /// <summary>How many steps there are.</summary>
    public int Steps { get; } = Steps >= 1 ? Steps : throw new ArgumentOutOfRangeException(nameof(Steps), Steps, "A computation has one step at least.");
}

/// <summary>Answers the question of one step.</summary>
public delegate Task<string> StepAnswer(string question, CancellationToken cancellationToken);

/// <summary>Names a step that is wrong, from 0, or says nothing.</summary>
public delegate Task<int?> StepObjection(StepMachine machine, IReadOnlyList<string> steps, CancellationToken cancellationToken);

/// <summary>How a debate over steps ended.</summary>
/// <param name="Result">Alice's result; null if the verifier found the named step wrong.</param>
/// <param name="Named">The step that Bob named, or null.</param>
/// <param name="Verified">What the verifier says of it, or null where nobody asked.</param>
/// <param name="Steps">What Alice wrote down.</param>
public sealed record StepDebateResult(string? Result, int? Named, string? Verified, IReadOnlyList<string> Steps);
