using System.CommandLine;

namespace Plumbline.Cli.Tests;

/// <summary>Command lines as documents show them.</summary>
internal static class ShownCommands
{
    /// <summary>Parses a line such as <c>plumbline align x   # words</c> with the real command tree and runs nothing.</summary>
    public static ParseResult Parse(string line)
    {
        var terminal = Terminal.Piped(TextReader.Null, TextWriter.Null, TextWriter.Null);
        var words = System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(line.Split(" #")[0]).Skip(1).ToArray();
        return CommandTree.Create(terminal, CommandLine.Rooms()).Parse(words);
    }
}
