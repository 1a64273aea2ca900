using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Plumbline.Alignment;
using Plumbline.Auditing.Reports.Methods;
using Plumbline.Cli.Progress;
using Plumbline.Reproductions;
using Plumbline.Statistics;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline compare</c>: methods on the same data, seed by seed, in one table.</summary>
internal static class CompareCommand
{
    private const string CounterSpecification = "examples/counter/counter.spec.yaml";

    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var methods = new Argument<string[]>("METHOD") { Description = "Recipes or losses by name, or recipe files; settings may follow, as in dpo:beta=0.3. At least two.", Arity = ArgumentArity.ZeroOrMore };
        var world = new Option<string>("--world") { Description = "Where requests and right answers come from: counter.", HelpName = "NAME", DefaultValueFactory = _ => "counter" };
        world.AcceptOnlyFromAmong("counter");
        var specification = new Option<string?>("--spec") { Description = $"The specification of the Counter. Without it: {CounterSpecification} of the checkout.", HelpName = "FILE" };
        var model = Inputs.Model("Start from this model folder. Without it: the small model that comes with Plumbline.");
        var seeds = Inputs.Number("--seeds", "Repetitions, each with pairs, order and samples of its own.", 5, least: 2, most: 100);
        var steps = Inputs.Number("--steps", "Steps of each training.", 60);
        var batch = Inputs.Number("--batch", "Pairs in a step.", 16, most: 1 << 16);
        var rate = Inputs.Fraction("--learning-rate", "Highest learning rate, of all methods.", 3e-4, most: 10, zero: false);
        var prompts = Inputs.Number("--prompts", "Requests that pairs are made of, for each seed.", 240, most: 1 << 20);
        var heldOut = Inputs.Number("--held-out", "Held-out requests to measure on, for each seed; four answers to each.", 60, most: 1 << 20);
        var noise = Inputs.Fraction("--noise", "Standard deviation of the proxy's noise; a right decision is worth 1.", 0.3, most: 100);
        var pay = Inputs.Fraction("--pay-for-words", "What the proxy pays for a word, right or wrong.", 0.02, most: 100);
        var output = new Option<string?>("--out") { Description = "The folder of this run. Without it: runs/compare-TIME.", HelpName = "DIR" };
        var resume = new Option<string?>("--resume") { Description = "Take up a comparison that was stopped, with all that it was asked.", HelpName = "DIR" };
        var threads = Inputs.Threads();
        var json = Inputs.Json();
        Symbol[] others = [methods, world, specification, model, seeds, steps, batch, rate, prompts, heldOut, noise, pay, output, threads];
        var command = new Command("compare", """
            Train methods on the same data, seed by seed, and put them into one table: quality, over-optimisation, diversity, KL, time and memory.

            The pairs are answers of the start model, ranked by a proxy: the checker with noise and a weakness for words. So it shows how much of what a method
            gains is real (true reward) and how much only the proxy sees. The front, quality against KL, is drawn as front.svg and in comparison.html.
            """)
        {
            methods, world, specification, model, seeds, steps, batch, rate, prompts, heldOut, noise, pay, output, resume, threads, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(resume) is not null)
                Inputs.RefuseBesides(result, others);
            else if (result.GetResult(methods) is not { Tokens.Count: > 1 })
                result.AddError("Which methods? Name at least two, for example: plumbline compare dpo ipo kto.");
            foreach (var word in Misspelt(result.GetResult(methods)))
                result.AddError($"'{word}' is not an option.");
        });
        command.SetAction((parsed, cancel) =>
        {
            var resumed = parsed.GetValue(resume) is { } earlier ? Inputs.ExistingFolder(earlier) : null;
            var folder = resumed ?? parsed.GetValue(output) ?? Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"compare-{terminal.Clock.GetLocalNow():yyyyMMdd-HHmmss}"));
            var job = resumed is not null ? ComparisonJob.Resume(resumed) : new ComparisonJob(new ComparisonRequest
            {
                Methods = parsed.GetValue(methods)!,
                SpecificationPath = Path.GetFullPath(Inputs.ExistingFile(parsed.GetValue(specification) ?? Counter())),
                ModelDirectory = Path.GetFullPath(parsed.GetValue(model) is { } start ? Inputs.ExistingFolder(start) : BundledModel.Find()),
                RunDirectory = folder,
                Seeds = parsed.GetValue(seeds),
                Steps = parsed.GetValue(steps),
                Batch = parsed.GetValue(batch),
                LearningRate = parsed.GetValue(rate),
                Prompts = parsed.GetValue(prompts),
                HeldOut = parsed.GetValue(heldOut),
                Noise = parsed.GetValue(noise),
                PayForWords = parsed.GetValue(pay),
                Threads = parsed.GetValue(threads),
            });
            return RunAsync(terminal, rooms, job, folder, parsed.GetValue(json), cancel);
        });
        return command.WithExamples(
            ("compare dpo ipo kto --world counter --seeds 5", "three methods, five seeds"),
            ("compare dpo:beta=0.03 dpo dpo:beta=0.3 simpo sft --out runs/front", "a front: one loss at several strengths beside others"),
            ("compare dpo my-recipe.yaml --seeds 2 --steps 10 --prompts 60 --held-out 20", "a first look in a minute"),
            ("compare --resume runs/front", "go on after Ctrl-C"));
    }

    private static IEnumerable<string> Misspelt(System.CommandLine.Parsing.ArgumentResult? result) => result is null ? [] : Inputs.MisspeltOptions(result);

    private static async Task<int> RunAsync(Terminal terminal, Rooms rooms, ComparisonJob job, string folder, bool json, CancellationToken cancel)
    {
        try
        {
            var outcome = await JobDisplay.ShowAsync(terminal, progress => rooms.Compare(job, progress, cancel), cancel).ConfigureAwait(false);
            if (json)
                terminal.Line(JsonSerializer.Serialize(outcome, Ledger.Json));
            else
                Show(terminal, outcome);
            return ExitCode.Fine;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            terminal.Say($"Cancelled. What was done so far is kept in {folder}.{Environment.NewLine}Go on with: plumbline compare --resume {Inputs.Quoted(folder)}");
            return ExitCode.Cancelled;
        }
    }

    private static void Show(Terminal terminal, ComparisonOutcome outcome)
    {
        var (comparison, front) = (outcome.Comparison, outcome.Comparison.Front);
        var table = SummaryTable.Empty(["method", "complies", "true reward", "proxy reward", "over-optimisation", "distinct", "KL", "time", "memory"]);
        foreach (var row in comparison.Rows)
        {
            table.AddRow([.. new[]
            {
                front.Contains(row) ? $"{row.Name} *" : row.Name, SummaryTable.Cell(row.Quality), Number(row.TrueReward), Number(row.ProxyReward), Number(row.OverOptimisation),
                string.Create(CultureInfo.InvariantCulture, $"{row.Diversity.Value * 100:0} %"), Number(row.Divergence), row.Seconds is { } seconds ? ProgressText.Span(TimeSpan.FromSeconds(seconds)) : "",
                row.Megabytes is { } memory ? string.Create(CultureInfo.InvariantCulture, $"{memory:0} MB") : "",
            }.Select(cell => new Text(ModelText.OneLine(cell, 60)))]);
        }
        terminal.Output.Write(table);
        terminal.Line($"* no other complies more at less KL. Means over {comparison.Seeds} seeds, 95 % intervals; over-optimisation: what the proxy rose more than the checker; time and memory of training.");
        terminal.Line($"Page:   {outcome.Page}");
        terminal.Line($"Front:  {outcome.Figure}");
        terminal.Line($"Took:   {ProgressText.Span(outcome.Elapsed)}");
    }

    private static string Number(Estimate estimate) => string.Create(CultureInfo.InvariantCulture, $"{estimate.Value:0.00} [{estimate.Low:0.00}, {estimate.High:0.00}]");

    /// <summary>The specification that lies beside the bundled model in a checkout.</summary>
    private static string Counter() => Path.GetFullPath(Path.Combine(BundledModel.Find(), "..", "..", CounterSpecification));
}
