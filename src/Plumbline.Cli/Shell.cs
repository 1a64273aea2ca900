using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using Plumbline.Training.Distributed;

namespace Plumbline.Cli;

/// <summary>Runs one command line: what goes wrong becomes a line on standard error and an exit code, never a stack trace.</summary>
internal static class Shell
{
    /// <summary>Runs a command line.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, Rooms rooms, CancellationToken cancellationToken)
    {
        var parsed = CommandTree.Create(terminal, rooms).Parse(arguments.Count == 0 ? ["--help"] : arguments);
        if (parsed.Action is ParseErrorAction)
            return Explain(parsed, terminal);

        try
        {
            RefuseRanks(parsed);
            return await parsed.InvokeAsync(Configuration(terminal), cancellationToken).ConfigureAwait(false);
        }
        catch (InputException error)
        {
            terminal.Say(ModelText.Plain(error.Message));
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Say("Cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            terminal.Say($"{ModelText.OneLine(error.Message, 400)}{Environment.NewLine}  Name a file or folder that exists and that you may write to.");
            return ExitCode.BadInput;
        }
        catch (IOException error) when ((error.HResult & 0xFFFF) is 28 or 112) // ENOSPC, ERROR_DISK_FULL
        {
            terminal.Say($"{ModelText.OneLine(error.Message, 400)}{Environment.NewLine}  Make room on the disk and go on: a run with --resume, anything else with the same command.");
            return ExitCode.BadInput;
        }
#pragma warning disable CA1031 // The last place where a bug can be turned into a line that a person can act on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            terminal.Say($"Something went wrong that should not have: {ModelText.OneLine(error.Message)}");
            terminal.Say(Record(error, arguments, terminal.Clock));
            return ExitCode.Unexpected;
        }
    }

    /// <summary>Only training knows what to do with several ranks; anything else would be done as often as there are some, in the same files.</summary>
    private static void RefuseRanks(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (ReferenceEquals(parsed.Action, command.Action) && !command.Parents.Any(parent => parent.Name == "train") && ProcessGroup.Launched is > 1 and var ranks)
            throw new InputException("mpirun", $"'{command.Path()}' works in one process, and {ranks} were started.", "Start it without mpirun. Several processes train together with: mpirun -np 2 plumbline train …");
    }

    private static InvocationConfiguration Configuration(Terminal terminal) => new()
    {
        Output = terminal.Output.Profile.Out.Writer,
        Error = terminal.Error.Profile.Out.Writer,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };

    /// <summary>Says what is wrong with the command line: each unknown word with the nearest known one, else what the parser says.</summary>
    private static int Explain(ParseResult parsed, Terminal terminal)
    {
        var command = parsed.CommandResult.Command;
        var known = command.Options.Select(option => option.Name).Concat(command.Subcommands.Select(subcommand => subcommand.Name)).ToArray();
        var misspelt = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(Inputs.MisspeltOptions).ToArray();
        var unknown = misspelt.Length > 0 ? misspelt : [.. parsed.UnmatchedTokens];
        foreach (var word in unknown)
            terminal.Say($"'{ModelText.OneLine(word)}' is not known to '{command.Path()}'.{(Spelling.Nearest(word, known) is { } near ? $" Did you mean '{near}'?" : "")}");
        if (unknown.Length == 0)
        {
            foreach (var message in parsed.Errors.Select(error => error.Message).Distinct())
                terminal.Say(ModelText.OneLine(message, 400));
        }

        terminal.Say($"  See '{command.Path()} --help'.");
        return ExitCode.BadInput;
    }

    private static string Record(Exception error, IReadOnlyList<string> arguments, TimeProvider clock)
    {
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"plumbline-error-{clock.GetUtcNow():yyyyMMdd-HHmmss}-{Environment.ProcessId}.txt"));
        try
        {
            File.WriteAllText(path, $"plumbline {string.Join(' ', arguments)}{Environment.NewLine}{error}{Environment.NewLine}");
            return $"  The details are in {path}; please attach them to a report of the bug.";
        }
        catch (IOException)
        {
            return "  The details could not be written to the temporary folder.";
        }
    }
}
