using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Plumbline.Alignment;
using Plumbline.Cli.Progress;
using Plumbline.Reproductions;
using Plumbline.Training.Distributed;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>Runs a training, shows it at work, and says what came of it.</summary>
internal static class TrainingRun
{
    public static Task<int> RunAsync(Terminal terminal, Rooms rooms, TrainingInputs inputs, ParseResult parsed, Func<FineTuningRequest, FineTuningRequest> complete, CancellationToken cancel)
    {
        var resumed = ProcessGroup.Current.IsFirst ? inputs.Resumed(parsed) : null;
        return RunAsync(terminal, rooms, inputs.Method, resumed, () => complete(inputs.Request(parsed, terminal.Clock)), parsed.GetValue(inputs.Json), cancel);
    }

    /// <summary>Begins a run, or takes one up.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="rooms">Who does the work.</param>
    /// <param name="method">The trainer.</param>
    /// <param name="resumed">The folder of a run that is taken up, or null.</param>
    /// <param name="ask">What is asked of a new one; not called by other ranks of an <c>mpirun</c>.</param>
    /// <param name="json">Whether the outcome is for programs.</param>
    /// <param name="cancel">Stops where it can be taken up again.</param>
    public static async Task<int> RunAsync(Terminal terminal, Rooms rooms, FineTuningMethod method, string? resumed, Func<FineTuningRequest> ask, bool json, CancellationToken cancel)
    {
        if (!ProcessGroup.Current.IsFirst)
            return await TakePartAsync(rooms, method, cancel).ConfigureAwait(false);
        var request = resumed is null ? ask() : null;
        var folder = resumed ?? request!.RunDirectory;
        var isNew = !Path.Exists(folder);
        var command = $"{(ProcessGroup.Launched is > 1 and var ranks ? $"mpirun -np {ranks} " : "")}plumbline train {method.Name} --resume {Inputs.Quoted(folder)}";
        var job = request is null ? FineTuningJob.Resume(folder, method, command) : new FineTuningJob(request, command);
        // Between telling ranks to stop and killing them mpirun leaves a second: what must be said is said at once. It does so too when one of them has died.
        using var told = cancel.Register(() =>
        {
            if (ProcessGroup.Launched > 1 && Directory.Exists(folder))
                terminal.Say($"Go on with: {command}");
        });
        try
        {
            var outcome = await JobDisplay.ShowAsync(terminal, progress => rooms.Train(job, progress, cancel), cancel).ConfigureAwait(false);
            SayWhatWasSkipped(terminal, outcome.Data, "--data");
            SayWhatWasSkipped(terminal, outcome.EvaluationData, "--eval");
            if (json)
                terminal.Line(JsonSerializer.Serialize(outcome, Ledger.Json));
            else
                Show(terminal, method, outcome, Path.Exists(Path.Combine(outcome.ModelDirectory, Models.Adapter.ConfigName)));
            return ExitCode.Fine;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            terminal.Say(Directory.Exists(folder)
                ? $"Cancelled. What was done so far is kept in {folder}.{(ProcessGroup.Launched > 1 ? "" : $"{Environment.NewLine}Go on with: {command}")}"
                : "Cancelled before there was anything to keep.");
            return ExitCode.Cancelled;
        }
        catch (InputException problem) when (isNew && Directory.Exists(folder))
        {
            terminal.Say($"{ModelText.Plain(problem.Message)}{Environment.NewLine}What was done so far is kept in {folder}. Once this is mended:{Environment.NewLine}Go on with: {command}");
            return ExitCode.BadInput;
        }
    }

    /// <summary>The part of the other ranks of an <c>mpirun</c>: rank 0 alone says how it went.</summary>
    private static async Task<int> TakePartAsync(Rooms rooms, FineTuningMethod method, CancellationToken cancel)
    {
        try
        {
            _ = await rooms.Train(FineTuningJob.Join(method), new Silent(), cancel).ConfigureAwait(false);
            return ExitCode.Fine;
        }
        catch (OperationCanceledException)
        {
            return cancel.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Fine; // rank 0 ends all with a code of its own once it has said why
        }
    }

    private static void SayWhatWasSkipped(Terminal terminal, ReadData? data, string option)
    {
        if (data is not { Skipped: > 0 })
            return;
        foreach (var problem in data.Problems)
            terminal.Say(ModelText.Plain(problem));
        var more = data.Skipped - data.Problems.Count;
        terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{data.Skipped:N0} of {data.Rows:N0} rows of {option} were skipped{(more > 0 ? $"; {more:N0} more like these" : "")}. With --strict the first would have ended the run."));
    }

    private static void Show(Terminal terminal, FineTuningMethod method, FineTuningOutcome outcome, bool isAdapter)
    {
        if (outcome.Data is { } data)
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"Data:   {data.Examples:N0} examples of {data.Rows:N0} rows{string.Concat(data.Notes.Select(note => $"; {note.Value:N0} {note.Key}"))}"));
        if (outcome.After.Count > 0)
        {
            var table = SummaryTable.Empty(["held-out data", "before", "after"]);
            foreach (var (name, after) in outcome.After)
                table.AddRow(name, outcome.Before.TryGetValue(name, out var before) ? Number(before) : "", Number(after));
            terminal.Output.Write(table);
        }

        terminal.Line($"{(isAdapter ? "Adapter:" : "Model: ")} {outcome.ModelDirectory}");
        terminal.Line($"Took:   {ProgressText.Span(outcome.Elapsed)}");
        terminal.Line(isAdapter ? $"{Environment.NewLine}Merge it: plumbline export MODEL --adapter {Inputs.Quoted(outcome.ModelDirectory)} --out merged --type f32"
            : method == FineTuningMethod.Reward
            ? $"{Environment.NewLine}Train with it: plumbline train grpo --data PROMPTS.jsonl --reward {Inputs.Quoted(outcome.ModelDirectory)}"
            : $"{Environment.NewLine}Talk to it: plumbline chat {Inputs.Quoted(outcome.ModelDirectory)}");
    }

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private sealed class Silent : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
        }
    }
}
