namespace Plumbline.Training.Objectives;

/// <summary>The pair objectives by name. A new one is a file beside this, and a line here.</summary>
public static class PairObjectives
{
    /// <summary>Makes an objective of the settings that people know it by.</summary>
    /// <param name="Beta">β, strength of the pull to the reference.</param>
    /// <param name="LabelSmoothing">ε, how often a label is believed to be wrong.</param>
    public sealed record Settings(double Beta, double LabelSmoothing);

    private static readonly SortedDictionary<string, Func<Settings, PairObjective>> All = new(StringComparer.Ordinal)
    {
        ["dpo"] = settings => new DirectPreferenceOptimization(settings.Beta, settings.LabelSmoothing),
    };

    /// <summary>All names, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>The objective of a name.</summary>
    /// <exception cref="InputException">No objective has that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside of its range.</exception>
    public static PairObjective Make(string name, Settings settings) => All.TryGetValue(name, out var make) ? make(settings)
        : throw new InputException($"loss '{name}'", "there is no such loss.", $"There are: {string.Join(", ", Names)}.{(Spelling.Nearest(name, [.. Names]) is { } near ? $" Did you mean '{near}'?" : "")}");
}
