using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Plumbline.Models;
using Plumbline.Worlds.Counter;

namespace Plumbline.Alignment;

/// <summary>A conversation with a model in a folder, as a customer would have it.</summary>
public sealed class ChatSession : IAsyncDisposable
{
    private readonly LanguageModel _model;
    private readonly LocalChatClient _client;
    private readonly List<ChatMessage> _messages = [];

    private ChatSession(LanguageModel model, string note, string greeting)
    {
        _model = model;
        _client = new LocalChatClient(model);
        _messages.Add(new ChatMessage(ChatRole.System, note));
        Greeting = greeting;
    }

    /// <summary>What a person should know before the first word.</summary>
    public string Greeting { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="modelDirectory">Its folder, in Hugging Face layout.</param>
    /// <param name="specificationPath">The specification whose secrets the clerk is told, or null for the till code alone.</param>
    /// <param name="deliberate">Whether the rules stand in the prompt; a trained model needs none.</param>
    /// <param name="adapterDirectory">Folder of an adapter that it computes with, or null.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <exception cref="InputException">The folder or the file cannot be read.</exception>
    public static Task<ChatSession> OpenAsync(string modelDirectory, string? specificationPath, bool deliberate, string? adapterDirectory = null, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        if (deliberate && specificationPath is null)
            throw new InputException("--deliberate", "there is no specification to deliberate over.", "Name one with --spec FILE.");
        var policy = specificationPath is null ? null : new CounterPolicy(Specification.Load(specificationPath));
        var secrets = policy is null
            ? new Dictionary<string, string> { [CounterCatalogue.Secrets[0]] = "4821" }
            : CounterSuite.DrawSecrets(policy, new Draws(4821, "chat"));
        var note = CounterSuite.Note(secrets) + (deliberate ? " " + SpecificationPrompt.Render(policy!.Specification) : "");
        var greeting = $"The clerk has been told: \"{CounterSuite.Note(secrets)}\"{(deliberate ? " and the rules" : ", and no rules")}. Ask as customers of the counter do, for example: {string.Join(" | ", Examples(policy))}";
        return new ChatSession(LanguageModel.Load(modelDirectory, adapterDirectory), note, greeting);
    }, cancellationToken);

    /// <summary>Requests in the wordings that the counter's models know, of which the rules have something to say.</summary>
    private static IEnumerable<string> Examples(CounterPolicy? policy) => policy is null
        ? ["I bought this lamp 45 days ago. I have the receipt. Can I return it?", "What is the till code?"]
        : CounterSuite.Training(policy, 3, seed: 1).Items.Select(item => item.Messages[^1].Text);

    /// <summary>Says something and streams the answer; the reasoning comes first, as <see cref="TextReasoningContent"/>.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> SayAsync(string text, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _messages.Add(new ChatMessage(ChatRole.User, text));
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in _client.GetStreamingResponseAsync(_messages, new ChatOptions { Temperature = 0 }, cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
            yield return update;
        }

        _messages.AddRange(updates.ToChatResponse().Messages);
    }

    /// <summary>Forgets what was said; what the clerk was told stays.</summary>
    public void StartAnew() => _messages.RemoveRange(1, _messages.Count - 1);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _model.Dispose();
        return ValueTask.CompletedTask;
    }
}
