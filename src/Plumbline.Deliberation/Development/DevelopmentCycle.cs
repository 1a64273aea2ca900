namespace Plumbline.Deliberation;

/// <summary>Experience, introspection, analysis, hypothesis: lives through a situation, looks back, and keeps as a lesson only what does better in sibling situations (112, AI Development Support).</summary>
/// <param name="act">What is done in a situation under the lessons that are given.</param>
/// <param name="worth">What came of it.</param>
/// <param name="reflect">Looks back at a situation, what was done, what it was worth, and the hypotheses that were tried in vain in this scope.</param>
public sealed class DevelopmentCycle(Func<Situation, IReadOnlyList<string>, CancellationToken, ValueTask<string>> act, Func<Situation, string, double> worth,
    Func<Situation, string, double, IReadOnlyList<string>, CancellationToken, ValueTask<Reflection>> reflect)
{
    private readonly Dictionary<string, List<string>> _vain = new(StringComparer.Ordinal);

    /// <summary>Goes round once.</summary>
    /// <param name="situation">What is lived through.</param>
    /// <param name="siblings">Situations of the same scope to try the hypothesis in; at least one, and not the situation itself.</param>
    /// <param name="memory">What was learnt before; see <see cref="LessonMemory.With"/> for what comes after.</param>
    /// <param name="cancellationToken">Stops between situations.</param>
    public async Task<Experience> RunAsync(Situation situation, IReadOnlyList<Situation> siblings, LessonMemory memory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(siblings);
        ArgumentNullException.ThrowIfNull(memory);
        if (siblings.Count == 0 || siblings.Any(sibling => sibling.Scope != situation.Scope || sibling == situation))
            throw new ArgumentException("A hypothesis is tried in other situations of the same scope.", nameof(siblings));
        var lessons = memory.For(situation.Scope);
        var response = await act(situation, lessons, cancellationToken).ConfigureAwait(false);
        var outcome = worth(situation, response);
        var vain = _vain.TryGetValue(situation.Scope, out var tried) ? tried : _vain[situation.Scope] = [];
        var reflection = await reflect(situation, response, outcome, vain, cancellationToken).ConfigureAwait(false);
        var experience = new Experience(situation, response, outcome, reflection, await InAsync(siblings, lessons, cancellationToken).ConfigureAwait(false),
            await InAsync(siblings, [.. lessons, reflection.Hypothesis], cancellationToken).ConfigureAwait(false));
        if (!experience.Improved)
            vain.Add(reflection.Hypothesis);
        return experience;
    }

    private async Task<double> InAsync(IReadOnlyList<Situation> siblings, IReadOnlyList<string> lessons, CancellationToken cancellationToken)
    {
        var sum = 0.0;
        foreach (var sibling in siblings)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sum += worth(sibling, await act(sibling, lessons, cancellationToken).ConfigureAwait(false));
        }
        return sum / siblings.Count;
    }
}
