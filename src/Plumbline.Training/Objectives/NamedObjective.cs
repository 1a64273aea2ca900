using System.Text.Json;

namespace Plumbline.Training.Objectives;

/// <summary>A number that people set.</summary>
/// <param name="Name">As in files; on the command line with hyphens.</param>
/// <param name="Default">What it is where nobody says.</param>
/// <param name="IsFlag">Whether it is 0 or 1 and nothing between.</param>
public sealed record ObjectiveSetting(string Name, double Default, bool IsFlag = false);

/// <summary>An objective by the name that people know: over pairs, over single answers, or both.</summary>
public sealed class NamedObjective
{
    private readonly Func<IReadOnlyDictionary<string, double>, PairObjective>? _pair;
    private readonly Func<IReadOnlyDictionary<string, double>, PointObjective>? _point;

    internal NamedObjective(string name, string formula, IReadOnlyList<ObjectiveSetting> settings,
        Func<IReadOnlyDictionary<string, double>, PairObjective>? pair, Func<IReadOnlyDictionary<string, double>, PointObjective>? point)
    {
        (Name, Formula, Settings, _pair, _point) = (name, formula, settings, pair, point);
        var defaults = settings.ToDictionary(setting => setting.Name, setting => setting.Default);
        (Columns, Baseline) = (pair?.Invoke(defaults).Needs ?? PairColumns.None, point?.Invoke(defaults).Baseline ?? PointBaseline.None);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its formula, in a line.</summary>
    public string Formula { get; }

    /// <summary>Its settings, with their defaults.</summary>
    public IReadOnlyList<ObjectiveSetting> Settings { get; }

    /// <summary>Whether it is a loss of pairs.</summary>
    public bool TakesPairs => _pair is not null;

    /// <summary>Whether it is a loss of single answers.</summary>
    public bool TakesAnswers => _point is not null;

    /// <summary>What its form for pairs reads besides the policy's log-probabilities, with the settings at their defaults.</summary>
    public PairColumns Columns { get; }

    /// <summary>What its form for single answers measures their ratios against.</summary>
    public PointBaseline Baseline { get; }

    /// <summary>The loss of pairs.</summary>
    /// <param name="settings">Those that are not at their defaults.</param>
    /// <param name="place">Where they stand, for messages.</param>
    /// <exception cref="InputException">A setting is outside of its range or is not one of this loss, or the loss is one of single answers.</exception>
    public PairObjective Pair(IReadOnlyDictionary<string, double> settings, string place) => Make(_pair ?? throw new InputException(place, $"'{Name}' is a loss of single answers.", "Train it with plumbline train kto, or name a loss of pairs."), settings, place);

    /// <summary>The loss of single answers.</summary>
    /// <param name="settings">Those that are not at their defaults.</param>
    /// <param name="place">Where they stand, for messages.</param>
    /// <exception cref="InputException">A setting is outside of its range or is not one of this loss, or the loss is one of pairs.</exception>
    public PointObjective Point(IReadOnlyDictionary<string, double> settings, string place) => Make(_point ?? throw new InputException(place, $"'{Name}' is a loss of pairs.", "Train it with plumbline train dpo, or name a loss of single answers."), settings, place);

    private T Make<T>(Func<IReadOnlyDictionary<string, double>, T> make, IReadOnlyDictionary<string, double> given, string place)
    {
        ArgumentNullException.ThrowIfNull(given);
        foreach (var (name, value) in given)
        {
            if (Settings.FirstOrDefault(setting => setting.Name == name) is not { } known)
                throw new InputException($"{place}: {name}", $"'{Name}' has no such setting.", $"It has {(Settings.Count == 0 ? "none" : string.Join(", ", Settings.Select(setting => setting.Name)))}. Leave it out.");
            if (known.IsFlag && value is not (0 or 1))
                throw new InputException($"{place}: {name}", $"it is {value}.", "Expected 0 (no) or 1 (yes).");
        }
        try
        {
            return make(Settings.ToDictionary(setting => setting.Name, setting => given.TryGetValue(setting.Name, out var value) ? value : setting.Default));
        }
        catch (ArgumentOutOfRangeException problem)
        {
            throw new InputException($"{place}: {JsonNamingPolicy.CamelCase.ConvertName(problem.ParamName ?? "setting")}", $"it is {problem.ActualValue}.", problem.Message.Split('(')[0].Trim(), problem);
        }
    }
}
