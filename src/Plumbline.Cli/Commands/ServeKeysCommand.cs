using System.CommandLine;
using Plumbline.Server;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline serve keys add</c>: lets somebody ask a gateway.</summary>
internal static class ServeKeysCommand
{
    public static Command Create(Terminal terminal)
    {
        var keys = new Command("keys", "Who may ask a gateway, and how much.") { Add(terminal) };
        return keys.WithExamples(("serve keys add ann --requests-per-minute 60", "a key for ann in keys.json"));
    }

    private static Command Add(Terminal terminal)
    {
        var name = Inputs.Word("NAME", "Whose key it is.");
        var file = new Option<string>("--file") { Description = "The file of keys.", HelpName = "FILE", DefaultValueFactory = _ => "keys.json" };
        var requests = Inputs.Number("--requests-per-minute", "Requests in a minute; 0: as many as it likes.", 0, 0);
        var tokens = Inputs.Number("--tokens-per-day", "Tokens read and written in a day (UTC); 0: as many as it likes.", 0, 0);
        var spend = Inputs.Fraction("--spend-per-day", "What they may cost in a day (UTC) by the gateway's prices; 0: as much as it likes.", 0, 1e9);
        var command = new Command("add", """
            Make a key and print it, this once: the file keeps only its hash. A gateway that runs sees the new key within seconds.

            To take a key back, take its entry out of the file.
            """)
        {
            name, file, requests, tokens, spend,
        };
        command.SetAction(parsed =>
        {
            var limits = new KeyLimits(Limit(parsed.GetValue(requests)), Limit(parsed.GetValue(tokens)), parsed.GetValue(spend) is > 0 and var most ? (decimal)most : null);
            terminal.Line(KeyFile.Add(parsed.GetValue(file)!, parsed.GetRequiredValue(name), limits, terminal.Clock));
            terminal.Say("This is the key; it is kept nowhere and cannot be shown again.");
            return ExitCode.Fine;
        });
        return command.WithExamples(
            ("serve keys add ann --requests-per-minute 60 --tokens-per-day 200000", "a key with limits"),
            ("serve keys add ci --file secrets/keys.json --spend-per-day 2.50", "in another file, with a spend"));
    }

    private static int? Limit(int number) => number > 0 ? number : null;
}
