using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Plumbline.Reproductions.Chats;

/// <summary>A stand-in for a model whose answers are computed from what it is asked: so strategies run as they do before any model, and what comes out can be held against numbers.</summary>
/// <param name="answer">The answer to a conversation.</param>
internal sealed class ComputedChatClient(Func<IReadOnlyList<ChatMessage>, ChatOptions, ChatResponse> answer) : IChatClient
{
    private int _calls;

    public ComputedChatClient(Func<IReadOnlyList<ChatMessage>, ChatOptions, string> answer)
        : this((messages, options) => new ChatResponse(new ChatMessage(ChatRole.Assistant, answer(messages, options))) { FinishReason = ChatFinishReason.Stop })
    {
    }

    /// <summary>How often it was asked.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _calls);
        return Task.FromResult(answer([.. messages], options ?? new ChatOptions()));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false)).ToChatResponseUpdates())
            yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
