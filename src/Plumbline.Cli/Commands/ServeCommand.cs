using System.CommandLine;
using Plumbline.Server;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline serve</c>: puts a model behind an OpenAI-compatible endpoint.</summary>
internal static class ServeCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var model = Inputs.Word("DIR", "Folder of the model (Hugging Face layout).");
        var port = Inputs.Number("--port", "Where to listen on this machine; 0 takes any free port.", 8080, 0, 65535);
        var command = new Command("serve", """
            Put a model behind an endpoint that clients of the OpenAI API can use, on this machine only.

            Answers come whole or streamed, may be held to a JSON schema (response_format), and may call tools (tools, tool_choice) if the model's chat template
            has a place for them. Runs until Ctrl-C. The model is called by the name of its folder.
            """)
        {
            model, port,
        };
        command.SetAction((parsed, cancel) => RunAsync(terminal, rooms, parsed.GetRequiredValue(model), parsed.GetValue(port), cancel));
        return command.WithExamples(
            ("serve models/counter-base", "the base model at http://127.0.0.1:8080/v1"),
            ("serve runs/my-run/model --port 9000", "an aligned model at another port"));
    }

    private static async Task<int> RunAsync(Terminal terminal, Rooms rooms, string folder, int port, CancellationToken cancellationToken)
    {
        using var client = rooms.OpenModel(Inputs.ExistingFolder(folder));
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var server = await ModelServer.StartAsync(client, name, port, Report, cancellationToken).ConfigureAwait(false);
        await using var _ = server.ConfigureAwait(false);
        terminal.Line($"{name} answers at {server.Endpoint}; Ctrl-C stops it.");
        terminal.Line($"Audit it: plumbline audit examples/counter/counter.spec.yaml --endpoint {server.Endpoint} --endpoint-model {name} --deliberate");
        await server.RunAsync(cancellationToken).ConfigureAwait(false);
        terminal.Say("Stopped.");
        return ExitCode.Cancelled;

        void Report(Exception broken) => terminal.Say($"A request failed. {broken.GetType().Name}: {ModelText.OneLine(broken.Message, 400)}");
    }
}
