using System.Text.Json;
using Plumbline.Training.Objectives;

namespace Plumbline.Training;

/// <summary>One choice of a recipe.</summary>
/// <param name="Name">Lower-case words joined by hyphens.</param>
/// <param name="Description">What it is, in a few words.</param>
public sealed record RecipeChoice(string Name, string Description)
{
    /// <summary>Its numbers, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Columns that it needs, for example <c>chosen</c>.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Columns that it brings.</summary>
    public IReadOnlyList<string> Brings { get; init; } = [];

    /// <summary>A pair objective as the algorithm of a recipe: needs <c>chosen</c> and <c>rejected</c>, and <c>anchor</c> if it has a reference.</summary>
    public static RecipeChoice Of(PairObjective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return objective.Needs.HasFlag(PairColumns.Reference) ? Of(objective, "a loss over pairs against the anchor", "chosen", "rejected", "anchor") : Of(objective, "a loss over pairs alone", "chosen", "rejected");
    }

    /// <summary>An objective of single answers as the algorithm of a recipe: needs <c>label</c> and <c>anchor</c>.</summary>
    public static RecipeChoice Of(PointObjective objective) => Of(objective, "a loss over answers against the anchor", "label", "anchor");

    /// <summary>Weighted likelihood as the algorithm of a recipe: needs <c>weight</c>.</summary>
    public static RecipeChoice Likelihood { get; } = new("weighted-likelihood", "likelihood of the tokens that have a weight") { Needs = ["weight"] };

    /// <summary>A policy gradient as the algorithm of a recipe: needs <c>reward</c> and <c>anchor</c>.</summary>
    public static RecipeChoice Of(GroupPolicyGradient objective) => Of(objective, "answers of the policy's own, better than the mean of their group or worse", "reward", "anchor");

    /// <summary>The fitting of a reward model as the algorithm of a recipe: needs <c>chosen</c> and <c>rejected</c>.</summary>
    public static RecipeChoice Of(BradleyTerry objective) => Of(objective, "rewards that make comparisons likely", "chosen", "rejected");

    private static RecipeChoice Of(object objective, string description, params string[] needs)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var settings = objective.GetType().GetConstructors().SelectMany(made => made.GetParameters()).Select(parameter => JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!)).ToHashSet();
        return new RecipeChoice(JsonNamingPolicy.KebabCaseLower.ConvertName(objective.GetType().Name), description)
        {
            Needs = needs,
            Settings = JsonSerializer.SerializeToElement(objective, objective.GetType(), JsonSerializerOptions.Web).EnumerateObject().Where(each => settings.Contains(each.Name)).ToDictionary(each => each.Name, each => each.Value.ToString()),
        };
    }
}
