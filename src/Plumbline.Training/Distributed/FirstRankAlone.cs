using System.Text.Json;

namespace Plumbline.Training.Distributed;

/// <summary>Something that the first rank does alone, while the others wait to hear what came of it.</summary>
/// <remarks>It gives a sign of life every few minutes, so the work may take longer than a rank waits for one that does not answer.</remarks>
internal sealed class FirstRankAlone : IDisposable
{
    private const byte AtWork = 0, Done = 1, Failed = 2;
    private static readonly TimeSpan Sign = TimeSpan.FromMinutes(5);
    private readonly ProcessGroup _group;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread? _signs;
    private bool _told;

    /// <summary>Begins it, on the first rank; the others call <see cref="Hear"/>.</summary>
    public FirstRankAlone(ProcessGroup group)
    {
        _group = group;
        if (group.Size == 1)
            return;
        _signs = new Thread(GiveSigns) { IsBackground = true, Name = "signs of life" };
        _signs.Start();
    }

    /// <summary>Tells the others what came of it.</summary>
    public void Tell<T>(T result) => End([Done, .. JsonSerializer.SerializeToUtf8Bytes(result)]);

    /// <summary>If nothing was told, the others hear that it failed.</summary>
    public void Dispose()
    {
        if (!_told)
            End([Failed]);
        _ended.Dispose();
    }

    /// <summary>Waits, on the other ranks, for what the first one tells.</summary>
    /// <exception cref="OperationCanceledException">It failed or was stopped; it says itself how.</exception>
    public static T Hear<T>(ProcessGroup group)
    {
        while (true)
        {
            var said = group.Gather([])[0];
            if (said[0] == Done)
                return JsonSerializer.Deserialize<T>(said.AsSpan(1))!;
            if (said[0] == Failed)
                throw new OperationCanceledException("Rank 0 could not go on, and says why.");
        }
    }

    private void End(byte[] said)
    {
        _told = true;
        _ended.Set();
        _signs?.Join();
        _group.Gather(said);
    }

    private void GiveSigns()
    {
        try
        {
            while (!_ended.Wait(Sign))
                _group.Gather([AtWork]);
        }
#pragma warning disable CA1031 // On a thread of its own nobody else could catch it.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            _group.End(problem);
        }
    }
}
