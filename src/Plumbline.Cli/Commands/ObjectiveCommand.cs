using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Plumbline.Models;
using Plumbline.Reproductions;
using Plumbline.Training.Objectives;
using Spectre.Console;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline objective</c>: a loss of given numbers, to hold against another implementation.</summary>
internal static class ObjectiveCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = Inputs.Optional("NAME", "Which loss, by its name here or in TRL.");
        var file = new Option<string?>("--input") { Description = "JSON with settings and columns of numbers.", HelpName = "FILE" };
        var list = new Option<bool>("--list") { Description = "All losses: formula, columns that they need besides the policy's log-probabilities, settings with their defaults." };
        var json = Inputs.Json();
        var command = new Command("objective", """
            Evaluate a preference loss on given numbers, in double precision.

            The file has settings ("beta", "labelSmoothing", "gamma", …) and columns with a number for each pair: "chosen", "rejected", "referenceChosen",
            "referenceRejected" (log-probabilities of answers, summed over their tokens, natural logarithms) and "chosenLengths", "rejectedLengths" (tokens). What a
            loss does not read may be left out, or stand there for others. Losses of single answers take "policy", "reference", "lengths" and
            "labels" as well; of pairs they take chosen as good and rejected as bad, and perPair is the mean of the two. KTO's baseline is "z0", or the mean of
            "mismatched" less "referenceMismatched"; else 0.

            With --json the output is { "loss": mean, "perPair": [one for each pair] }; "perAnswer" for single answers.
            """)
        {
            name, file, list, json,
        };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(list) && (result.GetValue(name) is null || result.GetValue(file) is null))
                result.AddError("Which loss of which numbers? Name a loss and --input FILE, or ask for all losses with --list.");
        });
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(list))
                List(terminal, parsed.GetValue(json));
            else
                Evaluate(terminal, NamedObjectives.Find(parsed.GetRequiredValue(name)!), ObjectiveInput.Read(parsed.GetRequiredValue(file)!), parsed.GetValue(file)!, parsed.GetValue(json));
            return ExitCode.Fine;
        });
        return command.WithExamples(
            ("objective --list", "every loss with its formula"),
            ("objective dpo --input examples/objectives/pairs.json", "the loss of each pair, and the mean"),
            ("objective simpo --input examples/objectives/pairs.json --json", "for a program"));
    }

    private static void Evaluate(Terminal terminal, NamedObjective objective, ObjectiveInput input, string file, bool json)
    {
        LibTorch.EnsureLoaded();
        using var scope = NewDisposeScope();
        var (loss, each) = Values(objective, input, file);
        if (!double.IsFinite(loss))
            throw new InputException(file, $"the loss comes to {loss}.", "The numbers are too far apart for this loss.");
        if (input.Unread.ToArray() is { Length: > 0 } unread)
            terminal.Say($"Not read by {objective.Name}: {string.Join(", ", unread)}.");
        var one = input.HasAnswers ? "answer" : "pair";
        if (json)
        {
            terminal.Line(JsonSerializer.Serialize(new Dictionary<string, object> { ["loss"] = loss, [input.HasAnswers ? "perAnswer" : "perPair"] = each }, Ledger.Json));
            return;
        }
        var table = SummaryTable.Empty([one, objective.Name]);
        foreach (var (index, value) in each.Index())
            table.AddRow((index + 1).ToString(CultureInfo.InvariantCulture), value.ToString("0.000000", CultureInfo.InvariantCulture));
        table.AddRow("mean", loss.ToString("0.000000", CultureInfo.InvariantCulture));
        terminal.Output.Write(table);
    }

    private static (double Loss, double[] Each) Values(NamedObjective objective, ObjectiveInput input, string file)
    {
        var settings = input.SettingsOf(objective);
        if (objective.TakesPairs && !(input.HasAnswers && objective.TakesAnswers))
        {
            var loss = objective.Pair(settings, file);
            var pairs = input.Pairs(objective.Name, loss.Needs);
            return (loss.Compute(pairs).Value.item<double>(), Numbers(loss.PerPair(pairs)));
        }
        var point = objective.Point(settings, file);
        var each = Numbers(point.PerAnswer(input.Answers(objective.Name, point)));
        return (each.Average(), input.HasAnswers ? each : [.. each.Take(each.Length / 2).Zip(each.Skip(each.Length / 2), (good, bad) => (good + bad) / 2)]);
    }

    private static double[] Numbers(Tensor values) => values.to(ScalarType.Float64).data<double>().ToArray();

    private static void List(Terminal terminal, bool json)
    {
        var all = NamedObjectives.All.Select(each => (each.Name, each.Formula, Of: Of(each), Needs: Needs(each), each.Settings)).ToArray();
        if (json)
        {
            terminal.Line(JsonSerializer.Serialize(all.Select(each => new { each.Name, each.Formula, each.Of, each.Needs, Settings = each.Settings.ToDictionary(setting => setting.Name, setting => setting.Default) }), Ledger.Json));
            return;
        }
        foreach (var each in all)
        {
            var settings = string.Join(", ", each.Settings.Select(setting => string.Create(CultureInfo.InvariantCulture, $"{setting.Name} {setting.Default}")));
            terminal.Line($"{each.Name,-17} {each.Formula} | {each.Of} | {string.Join(", ", each.Needs)} | {settings}");
        }
    }

    private static string Of(NamedObjective objective) => (objective.TakesPairs, objective.TakesAnswers) switch { (true, true) => "pairs or answers", (true, false) => "pairs", _ => "answers" };

    private static IReadOnlyList<string> Needs(NamedObjective objective)
    {
        if (!objective.TakesPairs)
            return objective.Baseline == PointBaseline.Mismatched ? ["reference", "labels", "mismatched or z0"] : ["reference", "labels"];
        (PairColumns Column, string Name)[] columns = [(PairColumns.Reference, "reference"), (PairColumns.Lengths, "lengths"), (PairColumns.Shared, "shared sums"), (PairColumns.Certainty, "certainty"), (PairColumns.Gap, "gaps")];
        string[] needed = [.. columns.Where(each => objective.Columns.HasFlag(each.Column)).Select(each => each.Name)];
        return needed.Length > 0 ? needed : ["nothing"];
    }
}
