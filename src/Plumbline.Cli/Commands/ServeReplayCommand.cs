using System.CommandLine;
using Plumbline.Server;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline serve replay</c>: makes of a gateway's log what an audit asks.</summary>
internal static class ServeReplayCommand
{
    public static Command Create(Terminal terminal)
    {
        var log = Inputs.Word("LOG", "The log of a gateway (serve --log).");
        var output = new Option<string>("--out") { Description = "The transcripts that are written.", HelpName = "FILE", Required = true };
        var command = new Command("replay", """
            Make of a gateway's log a file of transcripts: every chat that people had is an item, with the answer that it got, not judged yet.

            'plumbline audit SPEC --suite FILE' asks the same again of any model and holds the answers to the checks of a specification.
            """)
        {
            log, output,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var (audit, passedOver) = await RecordedRequests.ReadAsync(Inputs.ExistingFile(parsed.GetRequiredValue(log)), cancel).ConfigureAwait(false);
            await audit.SaveAsync(parsed.GetRequiredValue(output), cancel).ConfigureAwait(false);
            terminal.Line($"{parsed.GetRequiredValue(output)}: {audit.Items.Count} of {audit.Items.Count + passedOver} records. Passed over is what has no content, tools or pictures, or belongs to other parts of the API.");
            return audit.Items.Count > 0 ? ExitCode.Fine : ExitCode.DoesNotHold;
        });
        return command.WithExamples(("serve replay requests.jsonl --out asked.jsonl", "what was asked last week, as a suite"));
    }
}
