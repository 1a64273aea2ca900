using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>The base of every strategy: works out a whole answer, calling only its inner client, and streams it when it is done.</summary>
/// <remarks>
/// The caller's messages are copied, never edited. Reasoning leaves as <see cref="TextReasoningContent"/> and in the activity, never in the visible
/// text. Usage is summed over all calls. (062: a strategy is a frozen model, candidates, a judge and a selector.)
/// </remarks>
/// <param name="inner">The client that answers.</param>
public abstract class DeliberatingChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    /// <summary>Source of the activities of all strategies.</summary>
    public const string ActivitySourceName = "Plumbline.Deliberation";

    private static readonly ActivitySource Activities = new(ActivitySourceName);

    /// <summary>The strategy's name in traces.</summary>
    protected abstract string Strategy { get; }

    /// <summary>Works out an answer.</summary>
    /// <param name="conversation">A copy of what was said.</param>
    /// <param name="options">As the caller gave them.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    protected abstract Task<ChatResponse> DeliberateAsync(IReadOnlyList<ChatMessage> conversation, ChatOptions? options, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public sealed override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var activity = Activities.StartActivity(Strategy);
        var response = await DeliberateAsync([.. messages], options, cancellationToken).ConfigureAwait(false);
        activity?.SetTag("gen_ai.usage.input_tokens", response.Usage?.InputTokenCount);
        activity?.SetTag("gen_ai.usage.output_tokens", response.Usage?.OutputTokenCount);
        return response;
    }

    /// <inheritdoc/>
    public sealed override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (var update in response.ToChatResponseUpdates())
            yield return update;
    }

    /// <summary>Asks the inner client.</summary>
    protected Task<ChatResponse> AskAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken) =>
        base.GetResponseAsync(messages, options, cancellationToken);

    /// <summary>Adds the cost of an earlier call to that of the call that is returned.</summary>
    protected static ChatResponse WithCostOf(ChatResponse response, ChatResponse earlier)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(earlier);
        if (earlier.Usage is { } usage)
            (response.Usage ??= new UsageDetails()).Add(usage);
        return response;
    }
}
