using System.CommandLine;
using System.Text;
using Microsoft.Extensions.AI;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline chat</c>: talk to a model, its reasoning dimmed; through a pipe, one line in and one answer out.</summary>
internal static class ChatCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var model = Inputs.Word("MODEL", "Folder of the model (Hugging Face layout), for example runs/my-run/model.");
        var adapter = Inputs.Adapter();
        var specification = new Option<string?>("--spec") { Description = "The specification that the model was aligned to; tells it the secrets it has to keep.", HelpName = "FILE" };
        var deliberate = new Option<bool>("--deliberate") { Description = "Put the rules into the prompt. An aligned model needs none." };
        var command = new Command("chat", """
            Talk to a model and see what it thinks before it answers.

            On a terminal the reasoning is shown dimmed before each answer; an empty line or Ctrl-D ends.
            Through a pipe each line is a message and each answer is one line, without the reasoning.
            """)
        {
            model, adapter, specification, deliberate,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(deliberate) && result.GetValue(specification) is null)
                result.AddError("--deliberate needs --spec FILE: the rules to reason over.");
        });
        command.SetAction((parsed, cancel) => RunAsync(terminal, rooms, parsed.GetRequiredValue(model), parsed.GetValue(adapter), parsed.GetValue(specification), parsed.GetValue(deliberate), cancel));
        return command.WithExamples(
            ("chat runs/my-run/model --spec examples/counter/counter.spec.yaml", "talk to an aligned model"),
            ("chat models/counter-base --spec examples/counter/counter.spec.yaml --deliberate", "the base model with the rules in its prompt"));
    }

    private static async Task<int> RunAsync(Terminal terminal, Rooms rooms, string model, string? adapter, string? specification, bool deliberate, CancellationToken cancellationToken)
    {
        Inputs.ExistingFolder(model);
        Inputs.OptionalFolder(adapter);
        if (specification is not null)
            Inputs.ExistingFile(specification);
        var conversation = await rooms.Converse(model, adapter, specification, deliberate, cancellationToken).ConfigureAwait(false);
        await using var _ = conversation.ConfigureAwait(false);
        var typed = terminal is { InputIsTerminal: true, IsRich: true };
        if (typed)
            terminal.Line($"{ModelText.OneLine(conversation.Greeting, 800)}{Environment.NewLine}");
        while (await NextAsync(terminal, typed, cancellationToken).ConfigureAwait(false) is { } line)
        {
            var answer = conversation.SayAsync(line, cancellationToken);
            if (typed)
                await ShowAsync(terminal, answer).ConfigureAwait(false);
            else
                terminal.Line(await InOneLineAsync(answer).ConfigureAwait(false));
        }

        return ExitCode.Fine;
    }

    /// <summary>The next message, or null at the end; a blank line ends a typed conversation and is passed over in a piped one.</summary>
    private static async Task<string?> NextAsync(Terminal terminal, bool typed, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (typed)
                terminal.Output.Profile.Out.Writer.Write("you> ");
            var line = await Task.Run(terminal.Input.ReadLine, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (line is null || !string.IsNullOrWhiteSpace(line))
                return line;
            if (typed)
                return null;
        }
    }

    private static async Task ShowAsync(Terminal terminal, IAsyncEnumerable<ChatResponseUpdate> answer)
    {
        var writer = terminal.Output.Profile.Out.Writer;
        var safe = new ModelText();
        var reasoning = false;
        await foreach (var content in answer.SelectMany(update => update.Contents).ConfigureAwait(false))
        {
            var (text, dim) = content switch
            {
                TextReasoningContent thought => (thought.Text, true),
                TextContent words => (words.Text, false),
                _ => ("", reasoning),
            };
            if (reasoning && !dim)
                writer.WriteLine();
            reasoning = dim;
            writer.Write(dim ? $"\e[2m{safe.Next(text)}\e[0m" : safe.Next(text));
            await writer.FlushAsync().ConfigureAwait(false);
        }

        writer.WriteLine();
    }

    private static async Task<string> InOneLineAsync(IAsyncEnumerable<ChatResponseUpdate> answer)
    {
        var text = new StringBuilder();
        await foreach (var content in answer.SelectMany(update => update.Contents).ConfigureAwait(false))
        {
            if (content is TextContent words)
                text.Append(words.Text);
        }

        return ModelText.OneLine(text.ToString(), int.MaxValue);
    }
}
