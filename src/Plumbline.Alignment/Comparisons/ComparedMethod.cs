using System.Globalization;

namespace Plumbline.Alignment;

/// <summary>A method of a comparison: a recipe, whose data, steps and rate are those of all.</summary>
/// <param name="Label">As it was named.</param>
/// <param name="Recipe">What it is.</param>
internal sealed record ComparedMethod(string Label, RecipeFile Recipe)
{
    /// <summary>Its name as part of file names.</summary>
    public string Mark => string.Concat(Label.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));

    /// <summary>The method of a name: <c>dpo</c>, <c>dpo:beta=0.3</c>, <c>my.yaml</c>.</summary>
    /// <exception cref="InputException">There is no such recipe or loss, or it does not learn from pairs.</exception>
    public static ComparedMethod Find(string label)
    {
        var parts = label.Split(':', 2);
        var recipe = Named(parts[0]);
        foreach (var setting in parts.Length == 1 ? [] : parts[1].Split(','))
        {
            if (setting.Split('=') is not [{ Length: > 0 } key, { Length: > 0 } value])
                throw new InputException($"method '{label}'", $"'{setting}' is no setting.", "Write it like dpo:beta=0.3.");
            recipe = recipe.With($"{RecipeKey.Settings}.{key}", [value], $"method '{label}'");
        }
        if (recipe.Method is FineTuningMethod.Grpo or FineTuningMethod.Ppo or FineTuningMethod.OnlineDpo or FineTuningMethod.Reward)
            throw new InputException($"method '{label}'", $"it is of 'train {recipe.Method.Name}' and does not learn from pairs.", "Compare methods that imitate, prefer or learn from labels.");
        return new ComparedMethod(label, recipe);
    }

    /// <summary>What training it asks for.</summary>
    public FineTuningRequest Request(ComparisonRequest request, string pairs, string demonstrations, string folder, int seed)
    {
        const string Place = "plumbline compare";
        var (file, shape) = Recipe.Method == FineTuningMethod.Sft ? (demonstrations, "messages") : (pairs, "preference");
        return Recipe.With("data.files", [Path.GetFullPath(file)], Place).With("data.shape", [shape], Place).With("model.base", [request.ModelDirectory], Place)
            .With("algorithm.steps", [request.Steps.ToString(CultureInfo.InvariantCulture)], Place).With("algorithm.batch", [request.Batch.ToString(CultureInfo.InvariantCulture)], Place)
            .With("algorithm.learning-rate", [request.LearningRate.ToString("R", CultureInfo.InvariantCulture)], Place).With("algorithm.warm-up", ["0.1"], Place)
            .Request(folder, seed, request.Threads);
    }

    private static RecipeFile Named(string name)
    {
        if (ShippedRecipes.All.Any(each => each.Name == name) || Path.GetExtension(name) is ".yaml" or ".yml")
            return ShippedRecipes.Open(name, orShipped: true);
        try
        {
            var loss = Training.Objectives.NamedObjectives.Find(name);
            return RecipeFile.Parse($"recipe: {loss.Name}\nabout: a loss\nalgorithm: {{ method: {(loss.TakesPairs ? "dpo" : "kto")}, loss: {loss.Name} }}\n", $"loss '{name}'", Directory.GetCurrentDirectory());
        }
        catch (InputException)
        {
            var known = ShippedRecipes.All.Select(each => each.Name).Concat(Training.Objectives.NamedObjectives.All.Select(each => each.Name));
            throw new InputException($"method '{name}'", "there is no recipe and no loss of this name.", $"'plumbline train --list' and 'plumbline objective --list' have them.{(Spelling.Nearest(name, known) is { } near ? $" Did you mean '{near}'?" : "")}");
        }
    }
}
