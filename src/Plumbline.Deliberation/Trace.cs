using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>What became of one request: the stages it went through, what each cost and what each changed. One object for a whole pipeline, and the keeper of its budget.</summary>
public sealed class Trace : IDisposable
{
    private const string Property = "plumbline.trace";
    private static readonly AsyncLocal<Trace?> Ambient = new();

    private readonly Budget _budget;
    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly CancellationTokenSource? _deadline;
    private readonly ConcurrentQueue<StageReport> _stages = new();
    private int _calls;
    private long _input;
    private long _output;

    internal Trace(Budget budget, TimeProvider time)
    {
        (_budget, _time, _begun) = (budget, time, time.GetTimestamp());
        if (budget.Time is { } allowed)
            _deadline = new CancellationTokenSource(allowed, time);
    }

    /// <summary>What the stages report, innermost first; a stage that was asked several times reports each time.</summary>
    public IReadOnlyList<StageReport> Stages => [.. _stages];

    /// <summary>What was spent so far, over all stages.</summary>
    public Cost Spent
    {
        get
        {
            var (input, output) = (Interlocked.Read(ref _input), Interlocked.Read(ref _output));
            return new(Volatile.Read(ref _calls), input, output, _time.GetElapsedTime(_begun), PriceOf(input, output));
        }
    }

    /// <summary>The trace that a response carries, or null if no stage worked on it.</summary>
    public static Trace? Of(ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties?.TryGetValue(Property, out Trace? trace) is true ? trace : null;
    }

    /// <summary>The trace that an update of a stream carries (the last one does), or null.</summary>
    public static Trace? Of(ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update.AdditionalProperties?.TryGetValue(Property, out Trace? trace) is true ? trace : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _deadline?.Dispose();

    internal static Trace? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    internal TimeProvider Clock => _time;

    internal decimal PriceOf(long input, long output) => _budget.Price?.Of(input, output) ?? 0;

    internal ChatResponse Sign(ChatResponse response)
    {
        (response.AdditionalProperties ??= [])[Property] = this;
        return response;
    }

    internal ChatResponseUpdate Sign(ChatResponseUpdate update)
    {
        (update.AdditionalProperties ??= [])[Property] = this;
        return update;
    }

    internal void Add(StageReport report) => _stages.Enqueue(report);

    /// <summary>Makes one call of a model, if the budget allows one, and counts what it cost.</summary>
    /// <exception cref="BudgetSpentException">The budget allows no further call, or its time ended during this one.</exception>
    internal async Task<ChatResponse> CallAsync(Func<CancellationToken, Task<ChatResponse>> call, CancellationToken cancellationToken)
    {
        Enter();
        using var both = Limited(cancellationToken);
        try
        {
            var response = await call(both?.Token ?? cancellationToken).ConfigureAwait(false);
            Count(response.Usage);
            return response;
        }
        catch (OperationCanceledException) when (IsOutOfTime(cancellationToken))
        {
            throw OutOfTime();
        }
    }

    /// <summary>Makes one call of a model that answers piece by piece, within the budget.</summary>
    /// <exception cref="BudgetSpentException">The budget allows no further call, or its time ended during this one.</exception>
    internal async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Enter();
        using var both = Limited(cancellationToken);
        var token = both?.Token ?? cancellationToken;
        var updates = call(token).GetAsyncEnumerator(token);
        await using (updates.ConfigureAwait(false))
        {
            while (await NextAsync().ConfigureAwait(false))
            {
                foreach (var usage in updates.Current.Contents.OfType<UsageContent>())
                    Count(usage.Details);
                yield return updates.Current;
            }
        }

        async ValueTask<bool> NextAsync()
        {
            try
            {
                return await updates.MoveNextAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (IsOutOfTime(cancellationToken))
            {
                throw OutOfTime();
            }
        }
    }

    /// <summary>Takes one call from what is left.</summary>
    private void Enter()
    {
        var spent = Spent;
        if (_budget.Tokens is { } tokens && spent.InputTokens + spent.OutputTokens >= tokens)
            throw new BudgetSpentException($"{tokens} tokens");
        if (_budget.Money is { } money && spent.Money >= money)
            throw new BudgetSpentException(FormattableString.Invariant($"{money} in money"));
        if (_deadline is { IsCancellationRequested: true })
            throw OutOfTime();
        if (Interlocked.Increment(ref _calls) > _budget.Calls)
        {
            Interlocked.Decrement(ref _calls);
            throw new BudgetSpentException(_budget.Calls == 1 ? "1 call" : $"{_budget.Calls} calls");
        }
    }

    private void Count(UsageDetails? usage)
    {
        Interlocked.Add(ref _input, usage?.InputTokenCount ?? 0);
        Interlocked.Add(ref _output, usage?.OutputTokenCount ?? 0);
    }

    private CancellationTokenSource? Limited(CancellationToken cancellationToken) => _deadline is null ? null : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _deadline.Token);

    private bool IsOutOfTime(CancellationToken cancellationToken) => _deadline is { IsCancellationRequested: true } && !cancellationToken.IsCancellationRequested;

    private BudgetSpentException OutOfTime() => new(FormattableString.Invariant($"{_budget.Time!.Value.TotalSeconds} s"));
}

/// <summary>What was spent.</summary>
/// <param name="Calls">Calls of models.</param>
/// <param name="InputTokens">Tokens read, as far as models say.</param>
/// <param name="OutputTokens">Tokens written, as far as models say.</param>
/// <param name="Time">Time gone by.</param>
/// <param name="Money">Price of the tokens; 0 where the budget has no price.</param>
public sealed record Cost(int Calls, long InputTokens, long OutputTokens, TimeSpan Time, decimal Money);

/// <summary>What one stage did about one request.</summary>
/// <param name="Path">The stage and those around it, outermost first: <c>priority-rules/robust-selection</c>.</param>
/// <param name="Cost">What it cost, with the stages inside it.</param>
/// <param name="Changed">Whether the visible answer is another than the stage would have passed on without itself; null where it has no such answer to compare.</param>
/// <param name="Notes">What a person should know: which rule, which candidate, what failed.</param>
/// <param name="CutShort">The limit of the budget that ended the stage early, or null.</param>
public sealed record StageReport(string Path, Cost Cost, bool? Changed, IReadOnlyList<string> Notes, string? CutShort);
