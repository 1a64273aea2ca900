using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Plumbline.Cli.Progress;
using Plumbline.Reproductions;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline reproduce</c>: does what a paper claims hold here?</summary>
internal static class ReproduceCommand
{
    private static readonly string LedgerFolder = Path.Combine("docs", "ledger");

    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var name = Inputs.Optional("NAME", "Name or number of the method, as 'plumbline methods' lists it.");
        var all = new Option<bool>("--all") { Description = "Run every experiment; with --fast, every one that has a form of seconds. Counts the claims that hold and those that do not." };
        var ledger = new Option<bool>("--ledger") { Description = "Write docs/ledger.md from the results stored in docs/ledger." };
        var fast = new Option<bool>("--fast") { Description = "Run the form that takes seconds." };
        var seeds = new Option<IReadOnlyList<int>>("--seeds")
        {
            Description = "Independent repetitions: 1-5 or 1,3,7.",
            HelpName = "SEEDS",
            DefaultValueFactory = _ => [1, 2, 3, 4, 5],
            CustomParser = ParseSeeds,
        };
        var json = Inputs.Json();
        var output = new Option<string?>("--out") { Description = "Store the result in this file, for example docs/ledger/016-rice.json.", HelpName = "FILE" };
        var command = new Command("reproduce", """
            Run a paper's experiment at small scale: what is claimed, what was measured, whether it holds.

            A claim that does not hold is said so, and the exit code is then 1. With --all that is a finding like another: there the exit code
            is 1 only if an exact number is wrong, or a claim fell that holds in docs/ledger.
            """)
        {
            name, all, ledger, fast, seeds, json, output,
        };
        command.Validators.Add(result =>
        {
            if (new[] { result.GetValue(name) is not null, result.GetValue(all), result.GetValue(ledger) }.Count(chosen => chosen) != 1)
                result.AddError("Name one method, or give --all, or --ledger.");
            else if (result.GetValue(output) is not null && result.GetValue(name) is null)
                result.AddError("--out stores the result of one method: name it.");
        });
        command.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(ledger))
                return Task.FromResult(WriteLedger(terminal));
            var context = new ReproductionContext { Fast = parsed.GetValue(fast), Seeds = parsed.GetRequiredValue(seeds), Clock = terminal.Clock };
            return parsed.GetValue(all)
                ? RunAllAsync(terminal, rooms, context, parsed.GetValue(json), cancel)
                : RunAsync(terminal, MethodRegistry.FindReproduction(parsed.GetValue(name)!), context, parsed.GetValue(json), parsed.GetValue(output), cancel);
        });
        return command.WithExamples(
            ("reproduce rice", "one paper"),
            ("reproduce unified-view --seeds 1-20 --json", "more repetitions, for a program"),
            ("reproduce rice --out docs/ledger/016-rice.json", "store the result"),
            ("reproduce --all --fast", "everything that takes seconds"),
            ("reproduce --ledger", "make docs/ledger.md of what is stored"));
    }

    private static async Task<int> RunAsync(
        Terminal terminal, IReproduction reproduction, ReproductionContext context, bool json, string? output, CancellationToken cancellationToken)
    {
        var result = await JobDisplay.ShowAsync(terminal, progress => reproduction.RunAsync(context with { Progress = progress }, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (output is not null)
            Ledger.Write(result, output);
        if (json)
            terminal.Line(JsonSerializer.Serialize(result, Ledger.Json));
        else
            Show(terminal, result);
        return result.Holds == Holds.No ? ExitCode.DoesNotHold : ExitCode.Fine;
    }

    private static async Task<int> RunAllAsync(Terminal terminal, Rooms rooms, ReproductionContext context, bool json, CancellationToken cancellationToken)
    {
        var results = new List<ReproductionResult>();
        var broken = false;
        foreach (var reproduction in rooms.Methods.Select(method => method.Reproduction).OfType<IReproduction>().Where(reproduction => !context.Fast || reproduction.HasFastForm))
        {
            ReproductionResult result;
            try
            {
                result = await reproduction.RunAsync(context, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is not OperationCanceledException) // one that breaks must not hide the others
            {
                broken = true;
                terminal.Line($"failed {reproduction.Number} {reproduction.Name}: it broke off: {ModelText.OneLine(problem.Message, 400)}");
                continue;
            }
            results.Add(result);
            var breaks = Ledger.Breaks(result, LedgerFolder);
            broken |= breaks;
            if (!json)
                terminal.Line($"{(breaks ? "failed" : "passed")} {result.Number} {result.Name}: {Ledger.Word(result.Holds)}");
            foreach (var row in result.Rows.Where(row => row.Holds != Holds.Yes))
                terminal.Say($"  {Ledger.Word(row.Holds)}: {row.Claim}; measured {Ledger.Number(row.Measured)} {Ledger.Interval(row)}");
        }

        if (json)
            terminal.Line(JsonSerializer.Serialize(results, Ledger.Json));
        else
            terminal.Line($"{results.Count} experiments: {Counted(Holds.Yes, "claims hold")}, {Counted(Holds.Undecided, "are undecided")}, {Counted(Holds.No, "do not hold")}.");
        return broken ? ExitCode.DoesNotHold : ExitCode.Fine;

        string Counted(Holds holds, string what) => $"{results.Sum(result => result.Rows.Count(row => row.Holds == holds))} {what}";
    }

    private static int WriteLedger(Terminal terminal)
    {
        var results = Ledger.ReadAll(LedgerFolder);
        var page = Path.Combine("docs", "ledger.md");
        File.WriteAllText(page, Ledger.Render(results));
        terminal.Line($"{page}: {results.Count} results.");
        return ExitCode.Fine;
    }

    private static void Show(Terminal terminal, ReproductionResult result)
    {
        var method = MethodRegistry.Find(result.Number);
        terminal.Line($"{result.Number} {result.Name}: {method.Paper}");
        terminal.Line($"Claim: {result.Claim}");
        if (method.Reproduction?.Missing is { } missing)
            terminal.Line($"Not shown yet: {missing}");
        if (method.Reproduction?.Smaller is { } smaller)
            terminal.Line($"Smaller here: {smaller}");
        var rows = SummaryTable.Empty(["claim", "measured", "95 % interval", "holds", "seeds", "time"]);
        foreach (var row in result.Rows)
        {
            rows.AddRow(Cells(row.Claim, Ledger.Number(row.Measured), Ledger.Interval(row), row.Holds.ToString().ToLowerInvariant(),
                string.Join(' ', row.Seeds), ProgressText.Span(TimeSpan.FromSeconds(row.Seconds))));
        }

        terminal.Output.Write(rows);
        foreach (var evidence in result.Tables)
        {
            terminal.Line($"{evidence.Title}:");
            var table = SummaryTable.Empty(evidence.Columns);
            foreach (var row in evidence.Rows)
                table.AddRow(Cells(row));
            terminal.Output.Write(table);
        }

        terminal.Line($"{result.Name}: {Ledger.Word(result.Holds)}.");
    }

    private static Text[] Cells(params IEnumerable<string> cells) => [.. cells.Select(cell => new Text(ModelText.OneLine(cell, 400)))];

    private static IReadOnlyList<int>? ParseSeeds(ArgumentResult result)
    {
        var seeds = new List<int>();
        foreach (var part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            var ends = part.Split('-');
            var numbers = ends.Select(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToArray();
            if (numbers.Length > 2 || numbers.Any(number => number < 1) || numbers[^1] < numbers[0] || numbers[^1] - numbers[0] >= 1000)
            {
                result.AddError($"--seeds is '{part}'; expected numbers from 1 up, as in 1-5 or 1,3,7, at most 1000 of them.");
                return null;
            }

            seeds.AddRange(Enumerable.Range(numbers[0], numbers[^1] - numbers[0] + 1));
        }

        return [.. seeds.Distinct()];
    }
}
