using Plumbline.Models.Generation;

namespace Plumbline.Models.Chat;

/// <summary>Conversations in lock-step: a batch is written when every one of them that has not ended waits for an answer.</summary>
/// <param name="conversations">How many take part; one that has not taken its seat yet is waited for.</param>
/// <param name="write">Writes rows to their end.</param>
/// <param name="here">Where the seat of the asynchronous flow is kept.</param>
internal sealed class BatchWave(int conversations, Action<IReadOnlyList<GenerationRow>> write, AsyncLocal<BatchWave.Seat?> here) : IBatchWave
{
    private readonly Lock gate = new();
    private readonly HashSet<int> taken = [];
    private List<Call> waiting = [];
    private int ended;
    private bool closed;

    /// <inheritdoc/>
    public IDisposable Take(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, conversations);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (!taken.Add(index))
                throw new InvalidOperationException($"Seat {index} is taken.");
        }
        return here.Value = new Seat(this, index);
    }

    /// <summary>Lets whoever waits through without waiting for the others, and every later call alone.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            RunWaiting();
        }
    }

    private Task AskAsync(Seat seat, GenerationRow row, CancellationToken cancellationToken)
    {
        Call call;
        lock (gate)
        {
            waiting.Add(call = new(seat, row, seat.Calls++));
            RunIfAllWait();
        }
        return WaitAsync(call, cancellationToken);
    }

    private async Task WaitAsync(Call call, CancellationToken cancellationToken)
    {
        // A call that is given up must not hold a place in the batch; its conversation goes on, and ends or asks again.
        var registration = cancellationToken.Register(() =>
        {
            lock (gate)
                waiting.Remove(call);
            call.Answered.TrySetCanceled(cancellationToken);
        });
        await using (registration.ConfigureAwait(false))
            await call.Answered.Task.ConfigureAwait(false);
    }

    private void Leave()
    {
        lock (gate)
        {
            ended++;
            RunIfAllWait();
        }
    }

    private void RunIfAllWait()
    {
        if (closed || waiting.Select(call => call.Seat).Distinct().Count() >= conversations - ended)
            RunWaiting();
    }

    private void RunWaiting()
    {
        if (waiting.Count == 0)
            return;
        Call[] batch = [.. waiting.OrderBy(call => call.Seat.Index).ThenBy(call => call.Number)];
        waiting = [];
        _ = Task.Run(() => Run(batch));
    }

    private void Run(Call[] batch)
    {
        try
        {
            write([.. batch.Select(call => call.Row)]);
            foreach (var call in batch)
                call.Answered.TrySetResult();
        }
        catch (Exception e)
        {
            foreach (var call in batch)
                call.Answered.TrySetException(e);
        }
    }

    /// <summary>The place of one conversation.</summary>
    internal sealed class Seat(BatchWave wave, int index) : IDisposable
    {
        private int left;

        public int Index => index;

        public int Calls { get; set; }

        /// <summary>Whether a call from here belongs to the wave: not after the conversation or the wave is over.</summary>
        public bool Open => left == 0 && !wave.closed;

        /// <summary>Waits until the row is written.</summary>
        public Task AskAsync(GenerationRow row, CancellationToken cancellationToken) => wave.AskAsync(this, row, cancellationToken);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
                wave.Leave();
        }
    }

    private sealed record Call(Seat Seat, GenerationRow Row, int Number)
    {
        public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
