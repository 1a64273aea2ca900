using Spectre.Console;

namespace Plumbline.Cli;

/// <summary>Where a command reads and writes, and what the other end can show.</summary>
internal sealed class Terminal
{
    /// <summary>Columns of a page that no terminal gives a width.</summary>
    private const int PlainWidth = 160;

    private Terminal(TextReader input, TextWriter output, TextWriter error, bool inputIsTerminal, bool outputIsRich, bool errorIsRich, TimeProvider clock)
    {
        Input = input;
        InputIsTerminal = inputIsTerminal;
        IsRich = outputIsRich;
        ErrorIsRich = errorIsRich;
        Clock = clock;
        Output = Create(output, outputIsRich);
        Error = Create(error, errorIsRich);
    }

    /// <summary>What is typed or piped in.</summary>
    public TextReader Input { get; }

    /// <summary>Whether a person types.</summary>
    public bool InputIsTerminal { get; }

    /// <summary>What was asked for: tables, answers, JSON.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>What is said along the way: progress, warnings, errors.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Whether <see cref="Output"/> shows colours and dimmed text.</summary>
    public bool IsRich { get; }

    /// <summary>Whether <see cref="Error"/> can be drawn over.</summary>
    public bool ErrorIsRich { get; }

    /// <summary>What tells the time.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The terminal, files or pipes that the process was started with; plain if <c>NO_COLOR</c> is set.</summary>
    public static Terminal OfThisProcess()
    {
        var plain = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) || Environment.GetEnvironmentVariable("TERM") == "dumb";
        var rich = !plain && !Console.IsOutputRedirected && !Console.IsErrorRedirected;
        return new Terminal(Console.In, Console.Out, Console.Error, !Console.IsInputRedirected, rich, rich, TimeProvider.System);
    }

    /// <summary>Text in and out, as through pipes.</summary>
    public static Terminal Piped(TextReader input, TextWriter output, TextWriter error, TimeProvider? clock = null) =>
        new(input, output, error, inputIsTerminal: false, outputIsRich: false, errorIsRich: false, clock ?? TimeProvider.System);

    /// <summary>Writes a line as it is, never wrapped.</summary>
    public void Line(string text = "") => Output.Profile.Out.Writer.WriteLine(text);

    /// <summary>Says a line along the way, never wrapped.</summary>
    public void Say(string text) => Error.Profile.Out.Writer.WriteLine(text);

    private static IAnsiConsole Create(TextWriter writer, bool rich)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = rich ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = rich ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = rich ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!rich)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
