using System.Globalization;

namespace Plumbline.Deliberation;

/// <summary>Hypotheses that did better when they were tried, by scope (112).</summary>
/// <param name="Lessons">In the order in which they were learnt.</param>
public sealed record LessonMemory(IReadOnlyList<Experience> Lessons)
{
    /// <summary>Nothing learnt yet.</summary>
    public static LessonMemory Empty { get; } = new([]);

    /// <summary>The hypotheses that hold for a scope.</summary>
    public IReadOnlyList<string> For(string scope) => [.. Lessons.Where(lesson => lesson.Situation.Scope == scope).Select(lesson => lesson.Reflection.Hypothesis)];

    /// <summary>The memory with an experience whose hypothesis did better; any other leaves it as it is.</summary>
    public LessonMemory With(Experience experience)
    {
        ArgumentNullException.ThrowIfNull(experience);
        return experience.Improved && !For(experience.Situation.Scope).Contains(experience.Reflection.Hypothesis) ? new([.. Lessons, experience]) : this;
    }

    /// <summary>The lessons as new rules that wait for a person's approval: a model grants itself none.</summary>
    public IReadOnlyList<Amendment> Proposals() => [.. Lessons.Select((lesson, index) => new Amendment(null,
        new Rule { Id = string.Create(CultureInfo.InvariantCulture, $"lesson-{index + 1}"), Must = lesson.Reflection.Hypothesis },
        string.Create(CultureInfo.InvariantCulture, $"In situations of '{lesson.Situation.Scope}' it did better: {lesson.After:0.##} instead of {lesson.Before:0.##}.")))];
}
