using System.CommandLine;
using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Cli.Progress;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline align</c>: the whole loop.</summary>
internal static class AlignCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var specification = Inputs.Specification();
        var model = Inputs.Model("Start from this model folder (Hugging Face layout). Without it: the small model that comes with Plumbline.");
        var (endpoint, endpointModel) = (Inputs.Endpoint(), Inputs.EndpointModel());
        var runs = new Option<string>("--runs") { Description = "Where the folder of this run is made.", HelpName = "DIR", DefaultValueFactory = _ => "runs" };
        var (seed, threads) = (Inputs.Seed(), Inputs.Threads());
        var resume = new Option<string?>("--resume") { Description = "Take up a run that was stopped, from its folder.", HelpName = "DIR" };
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
        command.Validators.Add(result => Inputs.CheckSubject(result, model, endpoint, endpointModel, required: false));
        command.SetAction((parsed, cancel) => RunAsync(terminal, rooms, Place(new AlignmentOptions
        {
            SpecificationPath = parsed.GetRequiredValue(specification),
            ModelDirectory = parsed.GetValue(model),
            Endpoint = parsed.GetValue(endpoint),
            EndpointModel = parsed.GetValue(endpointModel),
            RunsDirectory = parsed.GetRequiredValue(runs),
            Seed = parsed.GetValue(seed),
            Threads = parsed.GetValue(threads),
            Quick = parsed.GetValue(quick),
        }, parsed.GetValue(resume), terminal.Clock), cancel));
        return command.WithExamples(
            ("align examples/counter/counter.spec.yaml", "the bundled small model, in minutes on a laptop"),
            ("align my.spec.yaml --seed 2 --runs /tmp/runs", "your own rules, another seed"),
            ("align my.spec.yaml --endpoint http://localhost:8080/v1 --endpoint-model llama", "a model behind a server, instructed without training"),
            ("align my.spec.yaml --resume runs/my-20260101-090000-seed1", "go on after Ctrl-C, with the same end as if it had never stopped"));
    }

    private static async Task<int> RunAsync(Terminal terminal, Rooms rooms, AlignmentOptions options, CancellationToken cancellationToken)
    {
        Inputs.ExistingFile(options.SpecificationPath);
        if (options.ModelDirectory is { } folder)
            Inputs.ExistingFolder(folder);
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

    /// <summary>Names the run folder here, so that it can be named again if the run is stopped.</summary>
    private static AlignmentOptions Place(AlignmentOptions options, string? resume, TimeProvider clock)
    {
        if (resume is not null)
        {
            var folder = Path.GetFullPath(Inputs.ExistingFolder(resume)).TrimEnd(Path.DirectorySeparatorChar);
            return options with { RunsDirectory = Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.GetDirectoryName(folder)!), RunId = Path.GetFileName(folder), Resume = true };
        }

        var name = Path.GetFileName(options.SpecificationPath).Split('.')[0];
        return options with { RunId = string.Create(CultureInfo.InvariantCulture, $"{name}-{clock.GetLocalNow():yyyyMMdd-HHmmss}-seed{options.Seed}") };
    }

    private static void Show(Terminal terminal, AlignmentOptions options, AlignmentOutcome outcome)
    {
        terminal.Output.Write(SummaryTable.Of(outcome.Summary));
        terminal.Line($"Report: {outcome.ReportPath}");
        if (outcome.ModelDirectory is { } model)
            terminal.Line($"Model:  {model}");
        terminal.Line($"Took:   {ProgressText.Span(outcome.Elapsed)}");
        terminal.Line();
        terminal.Line(outcome.ModelDirectory is { } folder
            ? $"Talk to it: plumbline chat {Quoted(folder)} --spec {Quoted(options.SpecificationPath)}"
            : $"Audit more of it: plumbline audit {Quoted(options.SpecificationPath)} --endpoint {Quoted(options.Endpoint!)} --endpoint-model {Quoted(options.EndpointModel!)} --deliberate --items 1000");
    }

    private static void SayWhatWasKept(Terminal terminal, AlignmentOptions options)
    {
        var run = Path.Combine(options.RunsDirectory, options.RunId!);
        if (!Directory.Exists(run))
        {
            terminal.Say("Cancelled before there was anything to keep.");
            return;
        }

        terminal.Say($"Cancelled. What was done so far is kept in {run}.");
        var subject = options switch
        {
            { ModelDirectory: { } model } => $" --model {Quoted(model)}",
            { Endpoint: { } url } => $" --endpoint {Quoted(url)} --endpoint-model {Quoted(options.EndpointModel!)}",
            _ => "",
        };
        terminal.Say(string.Create(CultureInfo.InvariantCulture,
            $"Go on with: plumbline align {Quoted(options.SpecificationPath)}{subject} --seed {options.Seed} --threads {options.Threads}{(options.Quick ? " --quick" : "")} --resume {Quoted(run)}"));
    }

    private static string Quoted(string text) => text.All(character => char.IsLetterOrDigit(character) || "/\\.:_-=~".Contains(character, StringComparison.Ordinal))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
