using System.Text;
using System.Text.RegularExpressions;

namespace Plumbline.Training;

/// <summary>How a training is put together: a choice of model, data, feedback and algorithm, and nothing else (062).</summary>
/// <remarks>A choice names the columns that it needs and those that it brings; a recipe whose algorithm needs what nothing brings is refused before anything is trained.</remarks>
public sealed partial record Recipe
{
    private static readonly string[] PartNames = ["model", "data", "feedback", "algorithm"];

    /// <param name="model">What is trained, and against which anchor.</param>
    /// <param name="data">Where prompts and answers come from.</param>
    /// <param name="feedback">Who says what is better.</param>
    /// <param name="algorithm">Which objective turns that into a loss.</param>
    /// <exception cref="InputException">A choice has no name or says nothing, or needs a column that no choice before it brings.</exception>
    public Recipe(RecipeChoice model, RecipeChoice data, RecipeChoice feedback, RecipeChoice algorithm)
    {
        (Model, Data, Feedback, Algorithm) = (model, data, feedback, algorithm);
        var columns = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (part, choice) in Parts)
        {
            if (choice is null || !NamePattern().IsMatch(choice.Name))
                throw new InputException($"recipe: {part}", $"'{choice?.Name}' is not a name.", "A choice is named in lower-case words joined by hyphens, for example direct-preference-optimization.");
            if (string.IsNullOrWhiteSpace(choice.Description))
                throw new InputException($"recipe: {part}: {choice.Name}", "it is not said what the choice is.", "Describe it in a few words.");
            if (choice.Needs.FirstOrDefault(column => !columns.Contains(column)) is { } missing)
                throw new InputException($"recipe: {part}: {choice.Name}", $"it needs the column '{missing}', which nothing before it brings.",
                    $"There are: {(columns.Count == 0 ? "none" : string.Join(", ", columns.Order(StringComparer.Ordinal)))}. Choose other data, other feedback, or another algorithm.");
            columns.UnionWith(choice.Brings);
        }
    }

    /// <summary>What is trained, and against which anchor.</summary>
    public RecipeChoice Model { get; }

    /// <summary>Where prompts and answers come from.</summary>
    public RecipeChoice Data { get; }

    /// <summary>Who says what is better.</summary>
    public RecipeChoice Feedback { get; }

    /// <summary>Which objective turns that into a loss.</summary>
    public RecipeChoice Algorithm { get; }

    private IEnumerable<(string Part, RecipeChoice Choice)> Parts => PartNames.Zip([Model, Data, Feedback, Algorithm]);

    /// <summary>The names in one line: <c>model | data | feedback | algorithm</c>.</summary>
    public override string ToString() => string.Join(" | ", Parts.Select(each => each.Choice.Name));

    /// <summary>A line for each choice: what it is called, what it is, and its settings.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (var (part, choice) in Parts)
        {
            text.Append($"{part,-9}  {choice.Name}: {choice.Description}");
            if (choice.Settings.Count > 0)
                text.Append($" ({string.Join(", ", choice.Settings.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key} {each.Value}"))})");
            text.Append('\n');
        }
        return text.ToString();
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex NamePattern();
}
