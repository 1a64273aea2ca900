using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Plumbline.Cli;

/// <summary>Help that says one line of each subcommand and ends with examples: a command line, and what it is for.</summary>
internal sealed class ExampleHelp(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        foreach (var subcommand in parseResult.CommandResult.Command.Subcommands)
            subcommand.Description = subcommand.Description?.Split('\n')[0].TrimEnd();
        var code = help.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command.Examples();
        var output = parseResult.InvocationConfiguration.Output;
        if (examples.Count > 0)
            output.WriteLine("Examples:");
        foreach (var (line, purpose) in examples)
        {
            output.WriteLine($"  # {purpose}");
            output.WriteLine($"  plumbline {line}");
        }

        return code;
    }
}

/// <summary>Examples kept beside the commands that they belong to.</summary>
internal static class CommandExamples
{
    private static readonly ConditionalWeakTable<Command, IReadOnlyList<(string Line, string Purpose)>> Table = [];

    /// <summary>Gives a command its examples.</summary>
    public static Command WithExamples(this Command command, params IReadOnlyList<(string Line, string Purpose)> examples)
    {
        Table.AddOrUpdate(command, examples);
        return command;
    }

    /// <summary>The examples of a command.</summary>
    public static IReadOnlyList<(string Line, string Purpose)> Examples(this Command command) => Table.TryGetValue(command, out var examples) ? examples : [];
}
