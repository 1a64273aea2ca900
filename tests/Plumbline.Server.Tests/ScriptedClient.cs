using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Plumbline.Server.Tests;

/// <summary>Thinks, then says back what it was told last, or calls tools; keeps what it was asked.</summary>
internal sealed class ScriptedClient : IChatClient
{
    public List<ChatMessage> Heard { get; private set; } = [];

    public ChatOptions? Options { get; private set; }

    public TaskCompletionSource Abandoned { get; } = new();

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (Heard, Options) = ([.. messages], options);
        await Task.Yield();
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new TextReasoningContent("a private thought")]);
        if (Heard[^1].Text == "wait")
        {
            using var registration = cancellationToken.Register(() => Abandoned.TrySetResult());
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (Heard[^1].Text == "break")
            throw new InvalidOperationException("something inside");

        if (Heard[^1].Text == "too long")
            throw new InputException("conversation", "it is too long for the model.", "Shorten it.");
        if (Heard[^1].Text == "call")
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("s1", "stock", new Dictionary<string, object?> { ["item"] = "lamp" })]);
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("s2", "close")]) { FinishReason = ChatFinishReason.ToolCalls };
            yield break;
        }

        foreach (var word in Heard[^1].Text.Split(' '))
            yield return new ChatResponseUpdate(ChatRole.Assistant, $"{word} ");
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 7, OutputTokenCount = 5 })]) { FinishReason = ChatFinishReason.Length };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
