using System.CommandLine;
using System.Net;
using Microsoft.Extensions.AI;
using Plumbline.Deliberation;
using Plumbline.Server;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline serve</c>: an OpenAI-compatible gateway in front of other servers or of a model in process.</summary>
internal static class ServeCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var inputs = new ServeInputs();
        var command = new Command("serve", """
            Put a model behind an endpoint that clients of the OpenAI API can use: a model's folder, the bundled model, or other servers (--upstream).

            With a specification (--spec) every answer is held to it by a strategy; "align3+rules/NAME" as the model's name asks for others. The specification is read
            again whenever its file changes. Without one, what is asked of an upstream and what it answers pass byte for byte. Upstreams are tried again, in turn, and two
            at once where one is slow. Answers come whole or streamed, may call tools, and may be held to a JSON schema. Runs until Ctrl-C.

            POST /v1/chat/completions, /v1/responses, /v1/embeddings; GET /v1/models, /health/live, /health/ready. Everything can be said in a file: --config.
            """);
        inputs.AddTo(command);
        command.Subcommands.Add(ServeKeysCommand.Create(terminal));
        command.Subcommands.Add(ServeReplayCommand.Create(terminal));
        command.SetAction((parsed, cancel) => RunAsync(terminal, rooms, inputs.Read(parsed), cancel));
        return command.WithExamples(
            ("serve models/counter-base", "the base model at http://127.0.0.1:8080/v1"),
            ("serve --spec examples/counter/counter.spec.yaml", "the bundled model, held to a specification"),
            ("serve --spec examples/counter/counter.spec.yaml --upstream http://localhost:8000/v1 --strategy rules", "another server's models, held to it"),
            ("serve --upstream http://a:8000/v1 --upstream http://b:8000/v1 --hedge-after 3 --keys keys.json --log requests.jsonl", "two servers as one, with keys and a log"),
            ("serve --config examples/gateway/gateway.yaml", "all of it from a file"));
    }

    private static async Task<int> RunAsync(Terminal terminal, Rooms rooms, (GatewayOptions Options, string? ModelFolder) asked, CancellationToken cancellationToken)
    {
        var (options, folder) = asked;
        using IChatClient? client = options.Upstreams.Count == 0 ? rooms.OpenModel(folder is null ? Alignment.BundledModel.Find() : Inputs.ExistingFolder(folder)) : null;
        if (client is not null)
            options = options with { Model = client, ModelName = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder ?? Alignment.BundledModel.RelativePath))) };
        var server = await GatewayServer.StartAsync(options, text => terminal.Say(ModelText.OneLine(text, 400)), Report, cancellationToken).ConfigureAwait(false);
        await using var _ = server.ConfigureAwait(false);
        var what = client is not null ? options.ModelName : options.Upstreams.Count == 1 ? "The upstream" : $"{options.Upstreams.Count} upstreams";
        terminal.Line($"{what} {(client is not null || options.Upstreams.Count == 1 ? "answers" : "answer")} at {server.Endpoint}; Ctrl-C stops it.");
        if (options.SpecificationPath is { } specification)
            terminal.Line($"Held to {specification} by {options.Strategy ?? "spec"}. Strategies: {string.Join(", ", StrategyCatalogue.All.Select(entry => entry.Name))}.");
        if (client is not null)
            terminal.Line($"Audit it: plumbline audit examples/counter/counter.spec.yaml --endpoint {server.Endpoint} --endpoint-model {options.ModelName} --deliberate");
        await server.RunAsync(cancellationToken).ConfigureAwait(false);
        terminal.Say("Stopped.");
        return ExitCode.Cancelled;

        // Not its message, which may quote what was asked.
        void Report(Exception broken) => terminal.Say($"A request failed: {broken.GetType().Name}{(broken.InnerException is { } inner ? $" ({inner.GetType().Name})" : "")}.");
    }
}
