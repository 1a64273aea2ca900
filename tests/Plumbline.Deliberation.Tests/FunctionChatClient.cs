using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests;

/// <summary>Answers by a function of what it is asked, from any thread, and keeps what it was asked. Every call costs 10 tokens read and 5 written.</summary>
internal sealed class FunctionChatClient(Func<IReadOnlyList<ChatMessage>, ChatOptions?, CancellationToken, Task<ChatResponse>> answer) : IChatClient
{
    public FunctionChatClient(Func<IReadOnlyList<ChatMessage>, string> answer)
        : this((messages, _, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer(messages)))))
    {
    }

    public ConcurrentQueue<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Calls { get; } = new();

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage[] asked = [.. messages];
        Calls.Enqueue((asked, options));
        cancellationToken.ThrowIfCancellationRequested();
        var response = await answer(asked, options, cancellationToken);
        response.Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5, TotalTokenCount = 15 };
        return response;
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
