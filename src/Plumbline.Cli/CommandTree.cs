using System.CommandLine;
using System.CommandLine.Help;
using Plumbline.Cli.Commands;

namespace Plumbline.Cli;

/// <summary>The commands of <c>plumbline</c>.</summary>
internal static class CommandTree
{
    /// <summary>Makes the tree. Parsing with it has no effects; invoking it does the work.</summary>
    public static RootCommand Create(Terminal terminal, Rooms rooms)
    {
        var root = new RootCommand("Write down how a language model should behave, make it behave so, and prove it.")
        {
            AlignCommand.Create(terminal, rooms),
            AuditCommand.Create(terminal, rooms),
            TrainCommand.Create(terminal, rooms),
            CompareCommand.Create(terminal, rooms),
            ChatCommand.Create(terminal, rooms),
            ServeCommand.Create(terminal, rooms),
            GenerateCommand.Create(terminal),
            InspectCommand.Create(terminal),
            ExportCommand.Create(terminal),
            LogitsCommand.Create(terminal),
            ObjectiveCommand.Create(terminal),
            SpecCommand.Create(terminal, rooms),
            MethodsCommand.Create(terminal, rooms),
            ReproduceCommand.Create(terminal, rooms),
            PretrainCommand.Create(terminal, rooms),
        };
        root.HelpName = "plumbline";
        root.WithExamples(
            ("align examples/counter/counter.spec.yaml", "the whole loop on the bundled small model, in minutes"),
            ("spec check examples/counter/counter.spec.yaml", "read a specification and show what was understood"),
            ("methods --status working", "which of the 119 published methods can be run"));
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExampleHelp((HelpAction)help.Action!);
        return root;
    }

    /// <summary>The words that lead to a command, for example <c>plumbline spec check</c>.</summary>
    public static string Path(this Command command) =>
        command is RootCommand ? "plumbline" : $"{command.Parents.OfType<Command>().First().Path()} {command.Name}";
}
