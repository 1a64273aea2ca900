using System.Text.Json;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests;

public sealed class RecipeTests
{
    private static readonly RecipeChoice Policy = new("all-weights", "every weight of the decoder, anchored to a frozen copy") { Brings = ["anchor"] };
    private static readonly RecipeChoice Answers = new("own-answers", "answers of the policy to requests of the world") { Settings = new Dictionary<string, string> { ["prompts"] = "800" } };
    private static readonly RecipeChoice Pairs = new("checker", "a right answer over a wrong one") { Brings = ["chosen", "rejected"] };

    internal static Recipe Likelihood { get; } = new(Policy, Answers, new("filter", "what the checker finds right") { Brings = ["weight"] }, RecipeChoice.Likelihood);

    [Fact]
    public void It_says_each_choice_by_name_and_in_words()
    {
        var recipe = new Recipe(Policy, Answers, Pairs, RecipeChoice.Of(new DirectPreferenceOptimization(0.1, 0.05)));
        Assert.Equal("all-weights | own-answers | checker | direct-preference-optimization", recipe.ToString());
        Assert.Equal("""
            model      all-weights: every weight of the decoder, anchored to a frozen copy
            data       own-answers: answers of the policy to requests of the world (prompts 800)
            feedback   checker: a right answer over a wrong one
            algorithm  direct-preference-optimization: a loss over pairs against the anchor (beta 0.1, labelSmoothing 0.05)

            """, recipe.Describe(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void It_survives_run_json()
    {
        var recipe = new Recipe(Policy, Answers, Pairs, RecipeChoice.Of(new DirectPreferenceOptimization(0.1)));
        var back = JsonSerializer.Deserialize<Recipe>(JsonSerializer.Serialize(recipe, JsonSerializerOptions.Web), JsonSerializerOptions.Web)!;
        Assert.Equal(recipe.Describe(), back.Describe());
        Assert.Equal(recipe.Algorithm.Needs, back.Algorithm.Needs);
    }

    [Fact]
    public void An_algorithm_that_needs_what_nothing_brings_is_refused()
    {
        var problem = Assert.Throws<InputException>(() => new Recipe(Policy, Answers, Pairs, RecipeChoice.Of(new GroupPolicyGradient())));
        Assert.Equal("recipe: algorithm: group-policy-gradient", problem.Place);
        Assert.Contains("'reward'", problem.Problem, StringComparison.Ordinal);
        Assert.Contains("anchor, chosen, rejected", problem.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "words")]
    [InlineData("Has Spaces", "words")]
    [InlineData("name-", "words")]
    [InlineData("name", " ")]
    public void A_choice_without_a_name_or_a_word_is_refused(string name, string description) =>
        Assert.Throws<InputException>(() => new Recipe(Policy, new RecipeChoice(name, description), Pairs, RecipeChoice.Likelihood));
}
