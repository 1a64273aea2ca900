using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Cli.Progress;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline align</c>: the whole loop.</summary>
internal static class AlignCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var specification = Inputs.Optional("SPEC", "The specification, a *.spec.yaml file. Left out with --resume: the run keeps its own copy.");
        var model = Inputs.Model("Start from this model folder (Hugging Face layout). Without it: the small model that comes with Plumbline.");
        var (endpoint, endpointModel) = (Inputs.Endpoint(), Inputs.EndpointModel());
        var runs = new Option<string>("--runs") { Description = "Where the folder of this run is made.", HelpName = "DIR", DefaultValueFactory = _ => "runs" };
        var (seed, threads) = (Inputs.Seed(), Inputs.Threads());
        var resume = new Option<string?>("--resume") { Description = "Take up a run that was stopped, from its folder, with all that it was asked.", HelpName = "DIR" };
        var quick = new Option<bool>("--quick") { Description = "A smoke test in well under a minute: everything happens, nothing is learnt well." };
        var command = new Command("align", """
            Make a model follow a specification, and show that it does.

            Audits the model, makes training data with the specification, trains (imitation, then preferences, then reinforcement
            against the checker), audits again with no rules in the prompt, and writes the aligned model, a report and a system card
            into a run folder. With --endpoint nothing is trained: the model behind the server reasons over the rules at each answer.
            """)
        {
            specification, model, endpoint, endpointModel, runs, seed, threads, resume, quick,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(resume) is null)
                CheckNew(result, specification, model, endpoint, endpointModel);
            else
                Inputs.RefuseBesides(result, [specification, model, endpoint, endpointModel, runs, seed, threads, quick]);
        });
        command.SetAction((parsed, cancel) => RunAsync(terminal, rooms, parsed.GetValue(resume) is { } folder ? Resumed(folder) : Placed(new AlignmentOptions
        {
            SpecificationPath = Inputs.ExistingFile(parsed.GetRequiredValue(specification)!),
            ModelDirectory = parsed.GetValue(model) is { } start ? Inputs.ExistingFolder(start) : null,
            Endpoint = parsed.GetValue(endpoint),
            EndpointModel = parsed.GetValue(endpointModel),
            RunsDirectory = parsed.GetRequiredValue(runs),
            Seed = parsed.GetValue(seed),
            Threads = parsed.GetValue(threads),
            Quick = parsed.GetValue(quick),
        }, terminal.Clock), cancel));
        return command.WithExamples(
            ("align examples/counter/counter.spec.yaml", "the bundled small model, in minutes on a laptop"),
            ("align my.spec.yaml --seed 2 --runs /tmp/runs", "your own rules, another seed"),
            ("align my.spec.yaml --endpoint http://localhost:8080/v1 --endpoint-model llama", "a model behind a server, instructed without training"),
            ("align --resume runs/my-20260101-090000-seed1", "go on after Ctrl-C, with the same end as if it had never stopped"));
    }

    private static void CheckNew(CommandResult result, Argument<string?> specification, Option<string?> model, Option<string?> endpoint, Option<string?> endpointModel)
    {
        if (result.GetValue(specification) is null)
            result.AddError("Which specification? Name a *.spec.yaml file, for example examples/counter/counter.spec.yaml.");
        Inputs.CheckSubject(result, model, endpoint, endpointModel, required: false);
    }

    /// <summary>Names the run folder here, so that it can be named again if the run is stopped.</summary>
    private static AlignmentOptions Placed(AlignmentOptions options, TimeProvider clock)
    {
        var name = Path.GetFileName(options.SpecificationPath).Split('.')[0];
        return options with { RunId = string.Create(CultureInfo.InvariantCulture, $"{name}-{clock.GetLocalNow():yyyyMMdd-HHmmss}-seed{options.Seed}") };
    }

    private static AlignmentOptions Resumed(string run)
    {
        var folder = Path.GetFullPath(Inputs.ExistingFolder(run)).TrimEnd(Path.DirectorySeparatorChar);
        return new AlignmentOptions
        {
            SpecificationPath = Path.Combine(run, "specification.spec.yaml"),
            RunsDirectory = Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.GetDirectoryName(folder)!),
            RunId = Path.GetFileName(folder),
            Resume = true,
        };
    }

    private static async Task<int> RunAsync(Terminal terminal, Rooms rooms, AlignmentOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await JobDisplay.ShowAsync(terminal, progress => rooms.Align(options, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
            Show(terminal, options, outcome);
            return ExitCode.Fine;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            SayWhatWasKept(terminal, options);
            return ExitCode.Cancelled;
        }
    }

    private static void Show(Terminal terminal, AlignmentOptions options, AlignmentOutcome outcome)
    {
        terminal.Output.Write(SummaryTable.Of(outcome.Summary));
        terminal.Line($"Report: {outcome.ReportPath}");
        if (outcome.ModelDirectory is { } model)
            terminal.Line($"Model:  {model}");
        terminal.Line($"Took:   {ProgressText.Span(outcome.Elapsed)}");
        if (outcome.ModelDirectory is { } folder)
            terminal.Line($"{Environment.NewLine}Talk to it: plumbline chat {Inputs.Quoted(folder)} --spec {Inputs.Quoted(options.SpecificationPath)}");
        else if (options is { Endpoint: { } url, EndpointModel: { } name })
            terminal.Line($"{Environment.NewLine}Look closer: plumbline audit {Inputs.Quoted(options.SpecificationPath)} --endpoint {Inputs.Quoted(url)} --endpoint-model {Inputs.Quoted(name)} --deliberate --items 1000");
    }

    private static void SayWhatWasKept(Terminal terminal, AlignmentOptions options)
    {
        var run = Path.Combine(options.RunsDirectory, options.RunId!);
        terminal.Say(Directory.Exists(run)
            ? $"Cancelled. What was done so far is kept in {run}.{Environment.NewLine}Go on with: plumbline align --resume {Inputs.Quoted(run)}"
            : "Cancelled before there was anything to keep.");
    }
}
