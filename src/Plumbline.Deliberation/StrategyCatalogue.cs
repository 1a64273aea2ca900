using System.Globalization;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Strategies by name, for those who choose them at run time: <c>align3+best-of:8</c> is a pipeline, outermost first.</summary>
public static class StrategyCatalogue
{
    /// <summary>All strategies that can be chosen by name.</summary>
    public static IReadOnlyList<StrategyEntry> All { get; } =
    [
        new("spec", "the rules in the prompt", "002", null, RulesInPrompt.Put, (builder, settings, _) => builder.UseSpecification(settings.Specification!)),
        new("reflection", "an answer is checked against the rules and given again; the number: how often, 1 to 5", "035", (1, 5), RulesInPrompt.Needed, (builder, settings, rounds) => builder
            .UseReflection(settings.Specification!, new ReflectionOptions { Rounds = rounds ?? 1, Placeholders = settings.Placeholders })),
        new("align3", "a hidden thought in three stages, then the answer", "035", null, RulesInPrompt.Put, (builder, settings, _) => builder.UseAlign3(settings.Specification!, settings.Placeholders)),
        new("staged-answer", "what is asked, how to answer it, and then the answer, in one conversation", "032", null, RulesInPrompt.Needed, (builder, _, _) => builder.UseStagedAnswer()),
        new("rules", "rules outrank the user; what breaks one is written anew, and what breaks one of safety is kept back; the number: how often it is written anew, 0 to 5", "044", (0, 5), RulesInPrompt.Put, (builder, settings, revisions) => builder
            .UsePriorityRules(settings.Specification!, new PriorityRulesOptions { Judge = new ModelRuleJudge(settings.Judge), Revisions = revisions ?? 1, Placeholders = settings.Placeholders })),
        new("rehearsal", "the model plays everyone whom an answer concerns, and revises it by what would come of it; the number: how many roles, 1 to 16", "111", (1, 16), RulesInPrompt.Needed, (builder, settings, roles) => builder
            .UseRehearsal(new RehearsalOptions { Roles = roles ?? 4 })),
        new("best-of", "the best of several answers by the rules, as the judge scores them; the number: how many, 2 to 64", "062", (2, 64), RulesInPrompt.Needed, (builder, settings, candidates) => builder
            .UseBestOf(ModelScorer.For(settings.Specification!, settings.Judge), candidates ?? 5)),
        new("evolution", "drafts under mutants of the request, the weak overwritten by the strong block by block; the number: how many side by side, 2 to 16", "079", (2, 16), RulesInPrompt.Needed, (builder, settings, mutants) => builder
            .UseEvolution(ModelScorer.For(settings.Specification!, settings.Judge), new EvolutionOptions { Mutants = mutants ?? 5 })),
        new("tree-search", "a tree of answers, refined by critiques by the rules and begun anew; the number: how many are expanded, 1 to 32", "086", (1, 32), RulesInPrompt.Needed, (builder, settings, iterations) => builder
            .UseTreeSearch(SpecificationPrompt.RenderRules(settings.Specification!), new TreeSearchOptions { Iterations = iterations ?? 6 }, settings.Judge)),
        new("instruction", "an instruction is written for each request from the rules, and it is answered under that", "049", null, RulesInPrompt.None, (builder, settings, _) => builder
            .UseValueInstruction(SpecificationPrompt.RenderRules(settings.Specification!))),
        new("debate", "several answer, see each other's answers and answer again; what most say, or the judge puts first; the number: how many debate, 2 to 16", "077", (2, 16), RulesInPrompt.Needed, (builder, settings, debaters) => builder
            .UseDebate(new DebateOptions { Debaters = debaters ?? 3, Scorer = ModelScorer.For(settings.Specification!, settings.Judge) })),
    ];

    /// <summary>Reads a pipeline: names joined by +, each with a number after a colon where it takes one.</summary>
    /// <param name="text">For example <c>rules+best-of:8</c>.</param>
    /// <param name="place">Where it stands, for messages: <c>--strategy</c>, <c>model</c>.</param>
    /// <exception cref="InputException">A name is not known, or a number is out of range.</exception>
    public static StrategyPipeline Parse(string text, string place)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('+', StringSplitOptions.TrimEntries);
        if (parts.Length > 8)
            throw new InputException(place, $"{parts.Length} strategies are more than a request can pay for.", "Name at most 8.");
        return new([.. parts.Select(part => Step(part, place))]);
    }

    private static (StrategyEntry, int?) Step(string part, string place)
    {
        var (name, number) = part.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? (part[..colon], part[(colon + 1)..]) : (part, null);
        if (All.FirstOrDefault(entry => entry.Name == name) is not { } entry)
        {
            var known = All.Select(each => each.Name).ToArray();
            throw new InputException(place, $"there is no strategy '{Shown(name)}'.", $"Strategies: {string.Join(", ", known)}.{(Spelling.Nearest(Shown(name), known) is { } meant ? $" Did you mean '{meant}'?" : "")}");
        }
        if (number is null)
            return (entry, null);
        if (entry.Number is not { } range)
            throw new InputException(place, $"'{name}' takes no number.", $"Write '{name}'.");
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= range.Least && value <= range.Most
            ? (entry, value)
            : throw new InputException(place, $"'{name}' takes a number from {range.Least} to {range.Most}, not '{Shown(number)}'.", $"Write for example '{name}:{range.Least}'.");
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}

/// <summary>A strategy that can be chosen by name.</summary>
/// <param name="Name">Lower-case words joined by hyphens.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Paper">Number of the paper it comes from.</param>
/// <param name="Number">The range of the number that may follow a colon, or null if none may.</param>
/// <param name="Rules">Whether it puts the rules in the prompt, or needs them there.</param>
/// <param name="Use">Adds it to a pipeline.</param>
public sealed record StrategyEntry(string Name, string Summary, string Paper, (int Least, int Most)? Number, RulesInPrompt Rules, Func<ChatClientBuilder, StrategySettings, int?, ChatClientBuilder> Use);

/// <summary>What a strategy has to do with the rules in the prompt.</summary>
public enum RulesInPrompt
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It puts them there.</summary>
    Put,

    /// <summary>It needs them there: where no other strategy puts them, they are put there besides.</summary>
    Needed,
}

/// <summary>What strategies chosen by name are built with.</summary>
public sealed record StrategySettings
{
    /// <summary>Whose rules; null where there is no specification.</summary>
    public Specification? Specification { get; init; }

    /// <summary>Who judges; null: the model that answers.</summary>
    public IChatClient? Judge { get; init; }

    /// <summary>What the placeholders of rules' checks stand for.</summary>
    public IReadOnlyDictionary<string, string> Placeholders { get; init; } = new Dictionary<string, string>();
}

/// <summary>Strategies in their order, outermost first.</summary>
/// <param name="Steps">Each with the number that it was given, or null.</param>
public sealed record StrategyPipeline(IReadOnlyList<(StrategyEntry Entry, int? Number)> Steps)
{
    /// <summary>As it is written: <c>rules+best-of:8</c>.</summary>
    public string Name => string.Join('+', Steps.Select(step => step.Number is { } number ? $"{step.Entry.Name}:{number}" : step.Entry.Name));

    /// <summary>Puts the strategies around a client.</summary>
    /// <param name="client">The client that answers.</param>
    /// <param name="settings">The specification and the rest.</param>
    /// <exception cref="InputException">There is no specification.</exception>
    public IChatClient Build(IChatClient client, StrategySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Specification is null)
            throw new InputException(Name, "strategies need a specification, and none was given.", "Name one with --spec FILE.");
        var pipeline = Steps.Aggregate(client.AsBuilder(), (builder, step) => step.Entry.Use(builder, settings, step.Number));
        if (Steps.Any(step => step.Entry.Rules == RulesInPrompt.Needed) && Steps.All(step => step.Entry.Rules != RulesInPrompt.Put))
            pipeline = pipeline.UseSpecification(settings.Specification); // innermost, so that every call has them
        return pipeline.Build();
    }
}
