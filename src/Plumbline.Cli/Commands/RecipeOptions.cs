using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Plumbline.Alignment;
using Plumbline.Reproductions;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train --recipe</c>: the four choices come from a file, and what the command line says wins.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<string?> _recipe = new("--recipe") { Description = "A recipe: a *.yaml file, or the name of one that is shipped.", HelpName = "FILE" };
    private readonly Option<bool> _list = new("--list") { Description = "List the recipes that are shipped: name, the four choices, what it does." };
    private readonly Option<bool> _print = new("--print") { Description = "Show the recipe, with what the command line changes, and train nothing." };
    private readonly Option<string[]> _set = new("--set") { Description = "Another value for a key of the recipe, as often as you like, for example algorithm.steps=100 or algorithm.settings.beta=0.05.", HelpName = "KEY=VALUE" };
    private readonly Option<string?> _model = Inputs.Model("Start from this model folder; wins over model.base.");
    private readonly Option<string[]> _data = Files("--data", "Files to learn from; wins over data.files.");
    private readonly Option<string[]> _evaluation = Files("--eval", "Files to measure on, before and after; wins over data.eval.");
    private readonly Option<string?> _specification = new("--spec") { Description = "The specification of the Counter; wins over data.specification.", HelpName = "FILE" };
    private readonly Option<string?> _out = new("--out") { Description = "The folder of this run. Without it: runs/RECIPE-TIME-seedN.", HelpName = "DIR" };
    private readonly Option<int> _seed = Inputs.Seed(), _threads = Inputs.Threads();
    private readonly Option<bool> _json = Inputs.Json();

    /// <summary>Adds the options, and what they do, to a command.</summary>
    public static Command AddTo(Command command, Terminal terminal, Rooms rooms)
    {
        var options = new RecipeOptions();
        foreach (var option in (Option[])[options._recipe, .. options.Others, options._list, options._print, options._json])
            command.Add(option);
        command.Validators.Add(options.Check);
        command.SetAction((parsed, cancel) => options.RunAsync(terminal, rooms, parsed, cancel));
        return command;
    }

    private Option[] Others => [_set, _model, _data, _evaluation, _specification, _out, _seed, _threads];

    private void Check(CommandResult result)
    {
        var (listed, named) = (result.GetResult(_list) is not null, result.GetResult(_recipe) is not null);
        if (listed == named)
            result.AddError(listed ? "--list shows what is shipped; name a recipe with --recipe alone." : $"What is to be trained how? Name a method ({string.Join(", ", result.Command.Subcommands.Select(method => method.Name))}), or a recipe with --recipe; --list shows those that are shipped.");
        else if (listed && Others.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } other)
            result.AddError($"{other.Name} is of a recipe; name one with --recipe.");
        foreach (var word in (result.GetResult(_set)?.Tokens ?? []).Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            result.AddError($"--set is '{word.Value}'; expected a key and a value, for example --set algorithm.steps=100.");
    }

    private Task<int> RunAsync(Terminal terminal, Rooms rooms, ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(_list))
            return Task.FromResult(List(terminal, parsed.GetValue(_json)));
        var recipe = Read(parsed);
        if (parsed.GetValue(_print))
        {
            terminal.Output.Profile.Out.Writer.Write(recipe.Text);
            return Task.FromResult(ExitCode.Fine);
        }
        var seed = parsed.GetValue(_seed);
        var folder = parsed.GetValue(_out) ?? Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"{recipe.Name}-{terminal.Clock.GetLocalNow():yyyyMMdd-HHmmss}-seed{seed}"));
        return TrainingRun.RunAsync(terminal, rooms, recipe.Method, null, () => recipe.Request(folder, seed, parsed.GetValue(_threads)), parsed.GetValue(_json), cancel);
    }

    private RecipeFile Read(ParseResult parsed)
    {
        var recipe = ShippedRecipes.Open(parsed.GetValue(_recipe)!, orShipped: true);
        foreach (var (option, key, words) in (ReadOnlySpan<(Option, string, string[]?)>)
            [(_model, "model.base", One(_model)), (_data, "data.files", parsed.GetValue(_data)), (_evaluation, "data.eval", parsed.GetValue(_evaluation)), (_specification, "data.specification", One(_specification))])
        {
            if (words is { Length: > 0 })
                recipe = recipe.With(key, words, option.Name);
        }
        foreach (var word in parsed.GetValue(_set) ?? [])
        {
            var parts = word.Split('=', 2);
            var value = parts[1].Trim() is ['[', .. var inner, ']'] ? inner.Split(',', StringSplitOptions.TrimEntries) : [parts[1].Trim()];
            recipe = recipe.With(parts[0].Trim(), value, $"--set {parts[0].Trim()}");
        }
        return recipe;

        string[]? One(Option<string?> option) => parsed.GetValue(option) is { } word ? [word] : null;
    }

    private static int List(Terminal terminal, bool json)
    {
        var recipes = ShippedRecipes.All;
        if (json)
        {
            terminal.Line(JsonSerializer.Serialize(recipes.Select(each => new { each.Name, each.About, each.Papers, each.Choices.Model, each.Choices.Data, each.Choices.Feedback, each.Choices.Algorithm }), Ledger.Json));
            return ExitCode.Fine;
        }
        var table = SummaryTable.Empty(["recipe", "model", "data", "feedback", "algorithm", "what it does"]);
        foreach (var each in recipes)
        {
            var about = each.Papers.Count == 0 ? each.About : $"{each.About} ({string.Join(", ", each.Papers)})";
            table.AddRow([.. new[] { each.Name, each.Choices.Model, each.Choices.Data, each.Choices.Feedback, each.Choices.Algorithm, about }.Select(cell => new Text(cell))]);
        }
        terminal.Output.Write(table);
        terminal.Line($"{recipes.Count} recipes. Train with one: plumbline train --recipe NAME --data FILE --out DIR");
        return ExitCode.Fine;
    }

    private static Option<string[]> Files(string name, string description) => new(name) { Description = description, HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
}
