using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Begins the trace of every request, so that all stages within share one budget; a request that has a trace already keeps it.</summary>
/// <remarks>Strategies inside count their calls themselves. Where there is none, the pipeline is one call, whatever function invocation inside makes of it.</remarks>
/// <param name="inner">The pipeline.</param>
/// <param name="budget">What a request may cost.</param>
/// <param name="time">The clock; the system's if null.</param>
public sealed class BudgetChatClient(IChatClient inner, Budget budget, TimeProvider? time = null) : DelegatingChatClient(inner)
{
    private readonly Budget _budget = Valid(budget);

    private bool HasStrategies => InnerClient.GetService(typeof(DeliberatingChatClient)) is not null;

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (Trace.Current is not null)
            return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        using var trace = new Trace(_budget, time ?? TimeProvider.System);
        Trace.Current = trace; // this method's own: what an async method sets is gone when it returns
        return trace.Sign(HasStrategies
            ? await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false)
            : await trace.CallAsync(token => base.GetResponseAsync(messages, options, token), cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Trace.Current is not null)
        {
            await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
                yield return update;
            yield break;
        }
        using var trace = new Trace(_budget, time ?? TimeProvider.System);
        var updates = (HasStrategies
            ? base.GetStreamingResponseAsync(messages, options, cancellationToken)
            : trace.StreamAsync(token => base.GetStreamingResponseAsync(messages, options, token), cancellationToken)).GetAsyncEnumerator(cancellationToken);
        await using (updates.ConfigureAwait(false))
        {
            while (true)
            {
                Trace.Current = trace; // anew for every step: between two the caller's own context holds
                if (!await updates.MoveNextAsync().ConfigureAwait(false))
                    break;
                yield return updates.Current;
            }
        }
        yield return trace.Sign(new ChatResponseUpdate(ChatRole.Assistant, []));
    }

    private static Budget Valid(Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        budget.Validate();
        return budget;
    }
}
