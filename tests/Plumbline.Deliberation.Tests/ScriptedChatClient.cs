using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests;

/// <summary>Answers from a list, with a thought before each, and keeps what it was asked.</summary>
internal sealed class ScriptedChatClient(params string[] answers) : IChatClient
{
    public List<List<ChatMessage>> Calls { get; } = [];

    public Action<int> BeforeAnswer { get; init; } = _ => { };

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Calls.Add([.. messages]);
        BeforeAnswer(Calls.Count - 1);
        cancellationToken.ThrowIfCancellationRequested();
        var message = new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("thought"), new TextContent(answers[Calls.Count - 1])]);
        return Task.FromResult(new ChatResponse(message) { Usage = new UsageDetails { InputTokenCount = 1, OutputTokenCount = 1 } });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
