using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Begins the trace of every request, so that all stages within share one budget; a request that has a trace already keeps it.</summary>
/// <param name="inner">The pipeline.</param>
/// <param name="budget">What a request may cost.</param>
/// <param name="time">The clock; the system's if null.</param>
public sealed class BudgetChatClient(IChatClient inner, Budget budget, TimeProvider? time = null) : DelegatingChatClient(inner)
{
    private readonly Budget _budget = Valid(budget);

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (Trace.Current is not null)
            return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        using var trace = new Trace(_budget, time ?? TimeProvider.System);
        Trace.Current = trace; // this method's own: what an async method sets is gone when it returns
        return trace.Sign(await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false));
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
        var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
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
