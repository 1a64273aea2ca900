using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Plumbline.Training.Distributed;

/// <summary>The processes of an <c>mpirun</c>.</summary>
/// <remarks>
/// Every call comes back at once and is looked after until it is done, here and by a thread of its own, because Open MPI moves data only while it is called:
/// so gradients travel while the processor is in the backward pass, and a rank that does not answer is noticed.
/// </remarks>
internal sealed class MpiGroup : ProcessGroup
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly object _calls = new(); // one call at a time; pulsed when there is something to look after
    private readonly List<Request> _pending = [];

    private MpiGroup(int rank, int size) => (Rank, Size) = (rank, size);

    public override int Rank { get; }

    public override int Size { get; }

    /// <summary>How long a rank waits for the others. They may be writing a checkpoint or generating text, so it is long.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Waits until all ranks have come here.</summary>
    /// <exception cref="InputException">The library is missing or another one, or the ranks do not find each other.</exception>
    public static MpiGroup Join(Launch launch)
    {
        _ = OpenMpi.World; // or another library is found only when it has crashed
        Check(OpenMpi.Init(IntPtr.Zero, IntPtr.Zero, OpenMpi.Serialized, out var threads));
        Check(OpenMpi.SetErrorHandler(OpenMpi.World, OpenMpi.ErrorsReturn));
        Check(OpenMpi.Rank(OpenMpi.World, out var rank));
        Check(OpenMpi.Size(OpenMpi.World, out var size));
        if (size != launch.Size)
            throw new InputException("mpirun", $"it started {launch.Size} processes, but the library found {size}: they belong to different installations of Open MPI.", OpenMpi.Remedy);
        if (threads < OpenMpi.Serialized)
            throw new InputException("libmpi", "this Open MPI was built without threads.", OpenMpi.Remedy);
        var group = new MpiGroup(rank, size);
        new Thread(group.LookAfter) { IsBackground = true, Name = "MPI progress" }.Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => group.Leave(Environment.ExitCode);
        return group;
    }

    internal override IPendingSum BeginSum(IntPtr numbers, int count) =>
        Begin((out request) => OpenMpi.BeginAllReduce(OpenMpi.InPlace, numbers, count, OpenMpi.Float, OpenMpi.Sum, OpenMpi.World, out request));

    internal override unsafe IReadOnlyList<byte[]> Gather(ReadOnlySpan<byte> said)
    {
        var (lengths, places) = (new int[Size], new int[Size]);
        int[] own = [said.Length];
        fixed (int* sent = own, received = lengths)
        {
            var (from, to) = ((IntPtr)sent, (IntPtr)received);
            Begin((out request) => OpenMpi.BeginAllGather(from, 1, OpenMpi.Int, to, 1, OpenMpi.Int, OpenMpi.World, out request)).Wait();
        }
        for (var rank = 1; rank < Size; rank++)
            places[rank] = checked(places[rank - 1] + lengths[rank - 1]);
        var all = new byte[checked(places[^1] + lengths[^1])];
        fixed (byte* sent = said, received = all)
        fixed (int* counts = lengths, offsets = places)
        {
            var (from, to, lengthsAt, placesAt) = ((IntPtr)sent, (IntPtr)received, (IntPtr)counts, (IntPtr)offsets);
            Begin((out request) => OpenMpi.BeginAllGatherVarying(from, own[0], OpenMpi.Byte, to, lengthsAt, placesAt, OpenMpi.Byte, OpenMpi.World, out request)).Wait();
        }
        return [.. lengths.Select((length, rank) => all.AsSpan(places[rank], length).ToArray())];
    }

    internal override void End(Exception problem, string? goOn = null)
    {
        var (why, code) = problem switch
        {
            InputException => (problem.Message, 2),
            OperationCanceledException => ("it was asked to stop.", 130),
            _ => (problem.ToString(), 70),
        };
        Console.Error.WriteLine($"{Name}: {why}{Environment.NewLine}  All ranks end; take the training up from its last checkpoint{(goOn is null ? "." : $": {goOn}")}");
        Console.Error.Flush();
        lock (_calls)
            _ = OpenMpi.Abort(OpenMpi.World, code);
        Environment.FailFast("MPI_Abort came back."); // it does not
    }

    private Request Begin(BeginCall call)
    {
        var request = new Request(this);
        lock (_calls)
        {
            Check(call(out request.Handle));
            _pending.Add(request);
            Monitor.Pulse(_calls);
        }
        return request;
    }

    /// <summary>Moves data, and notes what is done.</summary>
    private void Advance()
    {
        lock (_calls)
        {
            foreach (var request in _pending)
            {
                request.Code = OpenMpi.Test(ref request.Handle, out var done, IntPtr.Zero);
                if (done != 0 || request.Code != 0)
                    request.Finish();
            }
            _pending.RemoveAll(request => request.IsDone);
        }
    }

    private void LookAfter()
    {
        while (true)
        {
            lock (_calls)
            {
                while (_pending.Count == 0)
                    Monitor.Wait(_calls);
            }
            Advance();
            Thread.Sleep(Pause);
        }
    }

    private void Leave(int code)
    {
        lock (_calls)
        {
            if (code == 0)
                _ = OpenMpi.FinalizeMpi(); // waits for the others, who are on their way here
            else
                _ = OpenMpi.Abort(OpenMpi.World, code);
        }
    }

    private static void Check(int code)
    {
        if (code != 0)
            throw new InputException("MPI", OpenMpi.Explain(code), "Look at what mpirun says of the other ranks, then take the training up from its last checkpoint.");
    }

    private delegate int BeginCall(out IntPtr request);

    private sealed class Request(MpiGroup group) : IPendingSum
    {
        public IntPtr Handle;
        private volatile bool _done;

        public int Code { get; set; }

        public bool IsDone => _done;

        public void Finish() => _done = true;

        public void Wait()
        {
            var clock = Stopwatch.StartNew();
            while (!_done)
            {
                group.Advance();
                if (_done)
                    break;
                if (clock.Elapsed < Pause)
                    Thread.Yield();
                else
                    Thread.Sleep(Pause);
                if (clock.Elapsed > group.Patience)
                    throw new InputException(group.Name, $"the other ranks have not answered for {group.Patience.TotalMinutes:0.#} minutes.", "Look at what they do, or whether their machine is there; then take the training up from its last checkpoint.");
            }
            Check(Code);
        }
    }
}
