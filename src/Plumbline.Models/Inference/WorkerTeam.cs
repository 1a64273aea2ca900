namespace Plumbline.Models.Inference;

/// <summary>Threads that share the work of a pass, part by part; who takes which part changes no result.</summary>
/// <remarks>
/// Between the many short pieces of a pass the helpers spin, because waking a thread takes longer than a piece; after a pause they sleep. A helper that
/// the system has put aside is not waited for: whoever is there does its parts.
/// </remarks>
internal sealed class WorkerTeam
{
    private const int SpinsBeforeSleep = 4000;

    private readonly SemaphoreSlim wake = new(0);
    private Action<int>? work;
    private int parts, next, sleeping, helpers;
    private volatile int open; // number of the piece that helpers may join, 0 for none
    private int active, piece;
    private Exception? broken;

    /// <summary>The team of the process.</summary>
    public static WorkerTeam Shared { get; } = new();

    /// <summary>Does all parts and returns when they are done; alone if another pass has the team.</summary>
    /// <param name="count">How many parts.</param>
    /// <param name="threads">On how many threads at most.</param>
    /// <param name="part">Does one part.</param>
    /// <exception cref="AggregateException">A part threw on a helper.</exception>
    public void Share(int count, int threads, Action<int> part)
    {
        if (threads < 2 || count < 2 || !Monitor.TryEnter(wake))
        {
            for (var index = 0; index < count; index++)
                part(index);
            return;
        }
        try
        {
            Start(threads - 1);
            (work, parts, next) = (part, count, 0);
            piece = piece == int.MaxValue ? 1 : piece + 1;
            Interlocked.Exchange(ref open, piece);
            if (Volatile.Read(ref sleeping) is > 0 and var asleep)
                wake.Release(asleep);
            try
            {
                TakeParts();
            }
            finally
            {
                Interlocked.Exchange(ref open, 0);
                var spin = 0;
                while (Volatile.Read(ref active) != 0)
                    Pause(ref spin);
            }
            if (Interlocked.Exchange(ref broken, null) is { } error)
                throw new AggregateException(error);
        }
        finally
        {
            work = null;
            Monitor.Exit(wake);
        }
    }

    private void TakeParts()
    {
        for (var index = Interlocked.Increment(ref next) - 1; index < parts; index = Interlocked.Increment(ref next) - 1)
            work!(index);
    }

    private void Start(int wanted)
    {
        for (; helpers < wanted; helpers++)
            new Thread(Help) { IsBackground = true, Name = "Plumbline worker" }.Start();
    }

    private void Help()
    {
        var done = 0;
        while (true)
        {
            for (var spins = 0; open == done || open == 0; spins++)
            {
                if (spins < SpinsBeforeSleep)
                    Thread.SpinWait(4);
                else
                    Sleep(done);
            }
            // Joined first and asked again after: whoever closes the piece waits for all who have joined.
            Interlocked.Increment(ref active);
            if (open is > 0 and var joined && joined != done)
            {
                try
                {
                    TakeParts();
                }
                catch (Exception e)
                {
                    broken = e;
                }
                done = joined;
            }
            Interlocked.Decrement(ref active);
        }
    }

    private void Sleep(int done)
    {
        Interlocked.Increment(ref sleeping);
        if (open == done || open == 0)
            wake.Wait();
        Interlocked.Decrement(ref sleeping);
    }

    /// <summary>Spins, and lets others run if it takes long.</summary>
    private static void Pause(ref int spin)
    {
        if (++spin % 256 == 0)
            Thread.Yield();
        else
            Thread.SpinWait(1);
    }
}
