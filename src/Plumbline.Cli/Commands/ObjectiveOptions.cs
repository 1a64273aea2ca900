using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Plumbline.Training.Objectives;

namespace Plumbline.Cli.Commands;

/// <summary>Which loss, and its settings: an option for every setting that one of the losses has.</summary>
internal sealed class ObjectiveOptions
{
    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["beta"] = "Strength of the pull to the reference; smaller moves the model further.",
        ["labelSmoothing"] = "How often a label is believed to be wrong, below 0.5.",
        ["gamma"] = "The margin that is to be beaten.",
        ["lambda"] = "Weight of the preference (orpo), price of a better answer that falls (dpop).",
        ["alpha"] = "Weight of the likelihood (cpo), of the rest of a longer answer (ld-dpo), of a token (r-dpo), of the margin in the data (odpo, rebel), or the bend (alphapo, f-dpo-alpha).",
        ["tau"] = "How sharply the loss turns from logistic to exponential.",
        ["delta"] = "The reward that is neither good nor bad.",
        ["perToken"] = "1: means for each token instead of sums.",
        ["desirableWeight"] = "Weight of good answers.",
        ["undesirableWeight"] = "Weight of bad answers.",
        ["shift"] = "What stands for the normaliser of a prompt.",
    };

    private readonly string _standard, _what;
    private readonly NamedObjective[] _losses;
    private readonly Option<string> _loss;
    private readonly (string Name, Option<double?> Option)[] _settings;

    /// <param name="standard">The loss where none is named.</param>
    /// <param name="what">What it is a loss of.</param>
    /// <param name="suits">Which losses there are.</param>
    public ObjectiveOptions(string standard, string what, Func<NamedObjective, bool> suits)
    {
        (_standard, _what, _losses) = (standard, what, [.. NamedObjectives.All.Where(suits)]);
        _loss = new Option<string>("--loss") { Description = $"The loss of {what}: {string.Join(", ", _losses.Select(loss => loss.Name))}. 'plumbline objective --list' has their formulas.", HelpName = "NAME", DefaultValueFactory = _ => standard };
        _settings = [.. _losses.SelectMany(loss => loss.Settings.Select(setting => setting.Name)).Distinct().Select(name => (name, Setting(name, _losses)))];
    }

    /// <summary>The options, in the order of help.</summary>
    public IReadOnlyList<Option> All => [_loss, .. _settings.Select(setting => setting.Option)];

    /// <summary>The name of the loss.</summary>
    public string Loss(ParseResult parsed) => NamedObjectives.Find(parsed.GetRequiredValue(_loss)).Name;

    /// <summary>The settings that were given.</summary>
    public IReadOnlyDictionary<string, double> Settings(ParseResult parsed) =>
        _settings.Select(setting => (setting.Name, Value: parsed.GetValue(setting.Option))).Where(each => each.Value is not null).ToDictionary(each => each.Name, each => each.Value!.Value);

    /// <summary>Refuses a loss of something else, and settings that the loss does not have, by the names of their options.</summary>
    public void Check(CommandResult result)
    {
        try
        {
            var loss = NamedObjectives.Find(result.GetResult(_loss) is { Tokens: [var named] } ? named.Value : _standard); // defaults are not there yet
            if (!_losses.Contains(loss))
                result.AddError($"'{loss.Name}' is not a loss of {_what}. There are: {string.Join(", ", _losses.Select(each => each.Name))}.");
            foreach (var (_, option) in _settings.Where(setting => result.GetResult(setting.Option) is { Implicit: false } && loss.Settings.All(known => known.Name != setting.Name)))
                result.AddError($"{option.Name} is no setting of '{loss.Name}'. It has {string.Join(", ", loss.Settings.Select(setting => OptionName(setting.Name)))}.");
        }
        catch (InputException unknown)
        {
            result.AddError(unknown.Message);
        }
    }

    private static Option<double?> Setting(string name, NamedObjective[] losses)
    {
        var defaults = losses.SelectMany(loss => loss.Settings.Where(setting => setting.Name == name).Select(setting => (loss.Name, setting.Default)))
            .GroupBy(each => each.Default).OrderByDescending(group => group.Count()).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key} ({(group.Count() > 5 ? "most" : string.Join(", ", group.Select(each => each.Name)))})"));
        return new Option<double?>(OptionName(name))
        {
            Description = $"{Meanings[name]} Without it: {string.Join("; ", defaults)}.",
            HelpName = "X",
            CustomParser = result =>
            {
                if (result.Tokens is [var token] && double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                    return number;
                result.AddError($"{OptionName(name)} is '{string.Join(' ', result.Tokens)}'; expected a number.");
                return null;
            },
        };
    }

    private static string OptionName(string setting) => $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(setting)}";
}
