using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Plumbline.Cli;

/// <summary>Options that several commands share, and the checks that come before any work.</summary>
internal static class Inputs
{
    public static Argument<string> Specification() => Word("SPEC", "The specification, a *.spec.yaml file.");

    /// <summary>A word that has to be there.</summary>
    public static Argument<string> Word(string name, string description) => NoOption(new Argument<string>(name) { Description = description });

    /// <summary>A word that may be left out.</summary>
    public static Argument<string?> Optional(string name, string description) =>
        NoOption(new Argument<string?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => null });

    /// <summary>What looks like an option is one that was misspelt.</summary>
    private static T NoOption<T>(T argument)
        where T : Argument
    {
        argument.Validators.Add(result =>
        {
            foreach (var option in MisspeltOptions(result))
                result.AddError($"'{option}' is not an option.");
        });
        return argument;
    }

    /// <summary>What stands where an argument should be but looks like an option.</summary>
    public static IEnumerable<string> MisspeltOptions(ArgumentResult result) =>
        result.Tokens.Select(token => token.Value).Where(word => word.StartsWith("--", StringComparison.Ordinal));

    public static Option<string?> Model(string description) => new("--model") { Description = description, HelpName = "DIR" };

    public static Option<string?> Adapter() => new("--adapter") { Description = "Compute with this adapter (layout of PEFT): LoRA, a soft prompt, or control tokens.", HelpName = "DIR" };

    public static Option<string?> Endpoint() => new("--endpoint") { Description = "An OpenAI-compatible server, for example http://localhost:8080/v1.", HelpName = "URL" };

    public static Option<string?> EndpointModel() => new("--endpoint-model") { Description = "What the model is called at the server.", HelpName = "NAME" };

    public static Option<bool> Json() => new("--json") { Description = "Write JSON to standard output; progress goes to standard error." };

    public static Option<int> Seed() => Number("--seed", "Same seed, same result.", 1);

    public static Option<int> Threads() => Number("--threads", "Threads for the arithmetic. The last bit of a weight depends on it.", 2);

    /// <summary>An option that takes a whole number.</summary>
    public static Option<int> Number(string name, string description, int defaultValue, int least = 1, int most = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                return number;
            result.AddError($"{name} is '{string.Join(' ', result.Tokens)}'; expected a whole number from {least}{(most == int.MaxValue ? " up" : $" to {most}")}.");
            return defaultValue;
        },
    };

    /// <summary>An option that takes a number from 0, or above it, to another.</summary>
    public static Option<double> Fraction(string name, string description, double defaultValue, double most, bool zero = true) => new(name)
    {
        Description = description,
        HelpName = "X",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && number <= most && (zero || number > 0))
                return number;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{string.Join(' ', result.Tokens)}'; expected a number {(zero ? "from" : "above")} 0{(zero ? "" : " and up")} to {most}."));
            return defaultValue;
        },
    };

    /// <summary>What else was said of a run that is taken up: it does what it was asked at first, and nothing said now could change it.</summary>
    public static void RefuseBesides(CommandResult result, IEnumerable<Symbol> others)
    {
        foreach (var other in others.Where(other => result.GetResult(other.Name) is OptionResult { Implicit: false } or ArgumentResult { Tokens.Count: > 0 }))
            result.AddError($"{other.Name} cannot change a run that is taken up; leave it out, or begin a new run without --resume.");
    }

    /// <summary>A word as a shell takes it.</summary>
    public static string Quoted(string text) => text.All(character => char.IsLetterOrDigit(character) || "/\\.:_-=~".Contains(character, StringComparison.Ordinal))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Refuses a model folder together with a server, a server without a model's name, and what is no web address.</summary>
    public static void CheckSubject(CommandResult result, Option<string?> model, Option<string?> endpoint, Option<string?> endpointModel, bool required)
    {
        var (folder, url, name) = (result.GetValue(model), result.GetValue(endpoint), result.GetValue(endpointModel));
        if (folder is not null && url is not null)
            result.AddError("--model and --endpoint exclude each other: name a folder or a server.");
        else if (required && folder is null && url is null)
            result.AddError("Which model? Name a folder with --model DIR, or a server with --endpoint URL --endpoint-model NAME.");
        if ((url is null) != (name is null))
            result.AddError("--endpoint URL and --endpoint-model NAME belong together.");
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            result.AddError($"--endpoint is '{url}'; expected a web address, for example http://localhost:8080/v1.");
    }

    /// <summary>The file, if it exists.</summary>
    public static string ExistingFile(string path) => File.Exists(path)
        ? path
        : throw new InputException(path, Directory.Exists(path) ? "this is a folder." : "there is no such file.", $"Expected a file. Paths are read from {Directory.GetCurrentDirectory()}.");

    /// <summary>The folder, if one is named and exists.</summary>
    public static string? OptionalFolder(string? path) => path is null ? null : ExistingFolder(path);

    /// <summary>The folder, if it exists.</summary>
    public static string ExistingFolder(string path) => Directory.Exists(path)
        ? path
        : throw new InputException(path, File.Exists(path) ? "this is a file." : "there is no such folder.", $"Expected a folder. Paths are read from {Directory.GetCurrentDirectory()}.");
}
