namespace Plumbline.Training.Distributed;

/// <summary>The processes that train one model together: each with all of the weights, each with its share of every step's examples (data parallelism).</summary>
/// <remarks>
/// Under <c>mpirun -np N</c> they are the N processes that it started, and they speak MPI; otherwise there is this one, and no MPI library is looked for.
/// Every rank must come to the same collective calls in the same order.
/// </remarks>
public abstract class ProcessGroup
{
    private static readonly Lazy<ProcessGroup> Found = new(() => Launch.OfThisProcess() is { Size: > 1 } launch ? MpiGroup.Join(launch) : new SingleProcess());

    private protected ProcessGroup()
    {
    }

    /// <summary>The group that this process was started in. The first use under <c>mpirun</c> waits until all ranks have come to it.</summary>
    /// <exception cref="InputException">It was started by the launcher of an MPI library that is not supported, or the library cannot be used.</exception>
    public static ProcessGroup Current => Found.Value;

    /// <summary>How many processes were started together with this one, itself included; asks no MPI library and waits for nobody.</summary>
    /// <exception cref="InputException">They were started by the launcher of an MPI library that is not supported.</exception>
    public static int Launched => Launch.OfThisProcess()?.Size ?? 1;

    /// <summary>Which of the processes this is, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many they are.</summary>
    public abstract int Size { get; }

    /// <summary>Whether it is this process that writes files and reports.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>What this process is called in messages.</summary>
    internal string Name => $"rank {Rank} of {Size} on {Environment.MachineName}";

    /// <summary>What every rank has to say, by rank.</summary>
    /// <exception cref="InputException">A rank does not answer.</exception>
    internal abstract IReadOnlyList<byte[]> Gather(ReadOnlySpan<byte> said);

    /// <summary>Begins to add up numbers over all ranks, in place; every rank ends with the same sums, bit for bit.</summary>
    /// <param name="numbers">The first number; neither moved nor touched until the sum is there.</param>
    /// <param name="count">How many they are.</param>
    internal abstract IPendingSum BeginSum(IntPtr numbers, int count);

    /// <summary>Ends all ranks: this one cannot go on, and the others would wait for it for ever. Returns only where there are no others.</summary>
    /// <param name="problem">Why it cannot.</param>
    /// <param name="goOn">The command that takes the training up, if there is one.</param>
    internal abstract void End(Exception problem, string? goOn = null);

    /// <summary>Whether any rank says so.</summary>
    internal bool Any(bool said) => Size == 1 ? said : Gather([said ? (byte)1 : (byte)0]).Any(each => each[0] != 0);

    /// <summary>This rank's share of things, in their order: the same split on every rank, about the same work for each.</summary>
    /// <param name="things">All things, the same on every rank.</param>
    /// <param name="work">How much work each is.</param>
    internal IReadOnlyList<T> Share<T>(IReadOnlyList<T> things, Func<T, long> work)
    {
        if (Size == 1)
            return things;
        var load = new long[Size];
        var own = new SortedSet<int>();
        foreach (var (index, thing) in things.Index().OrderByDescending(each => work(each.Item))) // the longest first, to whoever has the least
        {
            var rank = Array.IndexOf(load, load.Min());
            load[rank] += work(thing);
            if (rank == Rank)
                own.Add(index);
        }
        return [.. own.Select(index => things[index])];
    }
}

/// <summary>A sum that is being made.</summary>
internal interface IPendingSum
{
    /// <summary>Waits until the sum is there.</summary>
    /// <exception cref="InputException">A rank does not answer.</exception>
    void Wait();
}
