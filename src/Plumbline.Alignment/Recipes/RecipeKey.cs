namespace Plumbline.Alignment;

/// <summary>What a recipe may say.</summary>
/// <param name="Name">Part and key, joined by a dot.</param>
/// <param name="Expected">What stands there, in words.</param>
/// <param name="IsPath">Whether it names files.</param>
internal sealed record RecipeKey(string Name, string Expected, bool IsPath = false)
{
    /// <summary>Settings of the loss have names of their own.</summary>
    public const string Settings = "algorithm.settings";

    /// <summary>All, in the order in which a recipe is written.</summary>
    public static IReadOnlyList<RecipeKey> All { get; } =
    [
        new("recipe", "its name"),
        new("about", "a line on what it does"),
        new("papers", "numbers of the papers that it follows, as 'plumbline methods' has them"),
        new("model.base", "'bundled', or a model folder", IsPath: true),
        new("model.adapter.rank", "a whole number"),
        new("model.adapter.alpha", "a number"),
        new("model.adapter.targets", "a list of modules"),
        new("model.adapter.dropout", "a number from 0 to 0.99"),
        new("model.anchor", "start, none, follows or stages; for online-dpo start, behaviour, round or earlier, or several with weights, [behaviour=0.67, start=0.33]"),
        new("model.every", "steps after which the anchor follows the policy"),
        new("model.mix", "how much of the policy it takes then, above 0 to 1"),
        new("model.stages", "parts in which the pairs are learnt"),
        new("model.critic", "the folder of a reward model that the critic starts from", IsPath: true),
        new("data.files", "files, folders or patterns", IsPath: true),
        new("data.eval", "files to measure on", IsPath: true),
        new("data.world", "counter"),
        new("data.specification", "a *.spec.yaml file", IsPath: true),
        new("data.shape", "a shape of rows"),
        new("data.strict", "true or false"),
        new("data.too-long", "drop, cut-prompt or refuse"),
        new("data.raw", "true or false"),
        new("data.row-length", "a whole number of tokens"),
        new("feedback.from", "answers, pairs, labels, ratings, checker, reward-model or command"),
        new("feedback.ratings", "the worst and the best rating, [1, 5]"),
        new("feedback.model", "the folder of a reward model", IsPath: true),
        new("feedback.command", "a command line"),
        new("feedback.timeout", "a whole number of seconds"),
        new("feedback.pairs", string.Join(", ", OnlineRequest.Labellers)),
        new("feedback.threshold", "the reward that a good answer has at least"),
        new("algorithm.method", "sft, dpo, kto, grpo, online-dpo, ppo or reward"),
        new("algorithm.loss", "the name of a loss"),
        new(Settings, "numbers by name"),
        new("algorithm.epochs", "a number above 0"),
        new("algorithm.steps", "a whole number"),
        new("algorithm.batch", "a whole number"),
        new("algorithm.learning-rate", "a number above 0"),
        new("algorithm.warm-up", "a number from 0 to 1"),
        new("algorithm.schedule", "linear, cosine or none"),
        new("algorithm.tokens-per-pass", "a whole number"),
        new("algorithm.answers", "answers to each prompt: from 2, with ppo from 1"),
        new("algorithm.answer-tokens", "a whole number"),
        new("algorithm.updates", "how often a step goes through its answers"),
        new("algorithm.baseline", string.Join(", ", GroupChoices.Baselines.Keys)),
        new("algorithm.scale-by-deviation", string.Join(", ", GroupChoices.Scales.Keys)),
        new("algorithm.loss-type", string.Join(", ", GroupChoices.LossTypes.Keys)),
        new("algorithm.importance-sampling-level", string.Join(", ", GroupChoices.Levels.Keys)),
        new("algorithm.kl", string.Join(", ", GroupChoices.Estimates.Keys)),
        new("algorithm.kl-in", string.Join(", ", GroupChoices.Places.Keys)),
        new("algorithm.critic-warmup", "steps at the start in which only the critic learns"),
        new("algorithm.minibatches", "in how many updates a step goes through its answers once"),
        new("algorithm.centre-scores", "true or false"),
        new("algorithm.scale-scores", "true or false"),
        new("algorithm.whiten-advantages", "true or false"),
        new("algorithm.round-steps", "steps of a round"),
        new("algorithm.pair-epochs", "times that the pairs of a step are gone through"),
        new("algorithm.pairs-per-update", "a whole number"),
    ];

    /// <summary>The key of a name, or null.</summary>
    public static RecipeKey? Find(string name) => All.FirstOrDefault(key => key.Name == name);

    /// <summary>What may stand directly under a name: <c>""</c> for the file itself.</summary>
    public static IReadOnlyList<string> Under(string name)
    {
        var start = name.Length == 0 ? "" : name + ".";
        return [.. All.Where(key => key.Name.StartsWith(start, StringComparison.Ordinal)).Select(key => key.Name[start.Length..].Split('.')[0]).Distinct()];
    }

    /// <summary>Refuses a name that there is no key for, and says which is nearest.</summary>
    public static InputException Unknown(string place, string name, string parent)
    {
        var known = Under(parent);
        var near = Spelling.Nearest(name, known) is { } sibling ? sibling : All.FirstOrDefault(key => key.Name.EndsWith("." + name, StringComparison.Ordinal))?.Name;
        return new InputException(place, $"key '{name}' is not known {(parent.Length == 0 ? "in a recipe" : $"in '{parent}'")}.", $"Expected {string.Join(", ", known)}.{(near is null ? "" : $" Did you mean '{near}'?")}");
    }
}
