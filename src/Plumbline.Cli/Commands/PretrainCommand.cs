using System.CommandLine;
using Plumbline.Alignment;
using Plumbline.Cli.Progress;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline pretrain</c>: makes the bundled base model anew.</summary>
internal static class PretrainCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var output = new Option<string>("--out") { Description = "Where the model is written (Hugging Face layout).", HelpName = "DIR", Required = true };
        var steps = Inputs.Number("--steps", "Training steps, shared out over the rounds of the recipe.", PretrainJob.RecipeSteps);
        var (seed, threads) = (Inputs.Seed(), Inputs.Threads());
        var resume = new Option<bool>("--resume") { Description = "Take up a run that was stopped, from the folder that --out names." };
        var command = new Command("pretrain", """
            Make the small base model that comes with Plumbline, from the text of its own little world.

            In that world clerks of mixed quality speak: some follow the rules, some do not, some tell the till code. So the model
            can do right and often does not, which is what aligning it is for. You need this only to change the model itself.
            """)
        {
            output, steps, seed, threads, resume,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var options = new PretrainOptions
            {
                OutputDirectory = parsed.GetRequiredValue(output),
                Steps = parsed.GetValue(steps),
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
                Resume = parsed.GetValue(resume),
            };
            return await RunAsync(terminal, rooms, options, cancel).ConfigureAwait(false);
        });
        return command.WithExamples(
            ("pretrain --out models/counter-base", "the bundled model as it was made"),
            ("pretrain --out /tmp/small --steps 500 --seed 2", "a quick and poor one"),
            ("pretrain --out models/counter-base --resume", "go on after Ctrl-C"));
    }

    private static async Task<int> RunAsync(Terminal terminal, Rooms rooms, PretrainOptions options, CancellationToken cancellationToken)
    {
        if (options.Resume)
            Inputs.ExistingFolder(options.OutputDirectory);
        try
        {
            await JobDisplay.ShowAsync(terminal, async progress =>
            {
                await rooms.Pretrain(options, progress, cancellationToken).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Say(Directory.Exists(options.OutputDirectory)
                ? $"Cancelled. What was done so far is kept in {options.OutputDirectory}; give the same command with --resume to go on."
                : "Cancelled before there was anything to keep.");
            return ExitCode.Cancelled;
        }

        terminal.Line($"Model: {options.OutputDirectory}");
        terminal.Line($"Align it: plumbline align examples/counter/counter.spec.yaml --model {options.OutputDirectory}");
        return ExitCode.Fine;
    }
}
