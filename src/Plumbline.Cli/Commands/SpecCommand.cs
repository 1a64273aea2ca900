using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Plumbline.Reproductions;
using Plumbline.Worlds.Counter;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline spec</c>: work with specifications.</summary>
internal static class SpecCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var spec = new Command("spec", "Work with specifications.") { Check(terminal, rooms), SpecAmendCommands.Edit(terminal), SpecAmendCommands.Add(terminal), SpecDrawCommand.Create(terminal) };
        return spec.WithExamples(("spec check examples/counter/counter.spec.yaml", "read one and show what was understood"));
    }

    private static Command Check(Terminal terminal, Rooms rooms)
    {
        var file = Inputs.Word("FILE", "A *.spec.yaml file.");
        var json = Inputs.Json();
        var command = new Command("check", """
            Read a specification and show what was understood: values, rules in order of priority, values that no rule serves, rules that
            can never decide anything because of those before them, and whether the Counter can compute it, which 'align' and 'audit' need.

            A mistake is shown with file, line and column, what was expected and how to mend it; the exit code is then 2.
            """)
        {
            file, json,
        };
        command.SetAction(parsed =>
        {
            var specification = rooms.ReadSpecification(Inputs.ExistingFile(parsed.GetRequiredValue(file)));
            if (parsed.GetValue(json))
                terminal.Line(JsonSerializer.Serialize(Document(specification), Ledger.Json));
            else
                Show(terminal, specification);
            return ExitCode.Fine;
        });
        return command.WithExamples(
            ("spec check examples/counter/counter.spec.yaml", "what does this file say?"),
            ("spec check my.spec.yaml --json", "the same for a program"));
    }

    private static IEnumerable<Value> Unserved(Specification specification) =>
        specification.Values.Where(value => !specification.Rules.Any(rule => rule.Serves.Contains(value.Id)));

    /// <summary>What is no mistake of the file and yet may not be meant.</summary>
    private static IReadOnlyList<string> Warnings(Specification specification)
    {
        try
        {
            return [.. new CounterPolicy(specification).Unreachable.Select(rule => rule.ToString())];
        }
        catch (InputException beyond)
        {
            return [beyond.Message];
        }
    }

    private static object Document(Specification specification) => new
    {
        specification.Name,
        specification.Version,
        Values = specification.Values.Select(value => new { value.Id, value.Text, value.Source }),
        Rules = specification.ByPriority.Select((rule, index) => new { Priority = index + 1, rule.Id, rule.Must, rule.Kind, rule.Serves, rule.Overrides, rule.Source }),
        Unserved = Unserved(specification).Select(value => value.Id),
        Warnings = Warnings(specification),
    };

    private static void Show(Terminal terminal, Specification specification)
    {
        terminal.Line($"{ModelText.OneLine(specification.Name)} {specification.Version}");
        var values = SummaryTable.Empty(["value", "text", "from"]);
        foreach (var value in specification.Values)
            values.AddRow(Cells(value.Id, value.Text, From(value.Source)));
        terminal.Output.Write(values);
        var rules = SummaryTable.Empty(["", "rule", "the model must", "kind", "serves", "overrides", "from"]);
        foreach (var (rule, index) in specification.ByPriority.Select((rule, index) => (rule, index)))
        {
            rules.AddRow(Cells((index + 1).ToString(CultureInfo.InvariantCulture), rule.Id, rule.Must, rule.Kind.ToString().ToLowerInvariant(),
                string.Join(", ", rule.Serves), string.Join(", ", rule.Overrides), From(rule.Source)));
        }

        terminal.Output.Write(rules);
        var unserved = Unserved(specification).Select(value => value.Id).ToArray();
        terminal.Line(unserved.Length == 0 ? "Every value is served by a rule." : $"No rule serves: {string.Join(", ", unserved)}.");
        foreach (var warning in Warnings(specification))
            terminal.Line($"{Environment.NewLine}Beware: {warning}");
    }

    private static Text[] Cells(params IEnumerable<string> cells) => [.. cells.Select(cell => new Text(ModelText.OneLine(cell, 400)))];

    private static string From(Provenance? source) => source is null ? "" : source.Section is null ? source.Document : $"{source.Document} {source.Section}";
}
