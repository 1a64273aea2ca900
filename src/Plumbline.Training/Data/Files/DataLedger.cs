namespace Plumbline.Training;

/// <summary>What became of the rows of data files.</summary>
/// <param name="progress">Told every few thousand rows how many there were; null if nobody wants to know.</param>
public sealed class DataLedger(Action<long>? progress = null)
{
    private const int Shown = 5;
    private const int TellEvery = 5000;
    private readonly List<InputException> _problems = [];
    private readonly SortedDictionary<string, long> _left = new(StringComparer.Ordinal);

    /// <summary>Rows that were looked at, blank lines aside.</summary>
    public long Read { get; private set; }

    /// <summary>Rows that could not be understood and were skipped.</summary>
    public long Skipped { get; private set; }

    /// <summary>The first few problems.</summary>
    public IReadOnlyList<InputException> Problems => _problems;

    /// <summary>Rows that were understood and left out or changed, by reason.</summary>
    public IReadOnlyDictionary<string, long> Notes => _left;

    /// <summary>What ends the reading even where bad rows are skipped.</summary>
    internal InputException? Refusal { get; private set; }

    internal InputException Refuse(InputException problem) => Refusal = problem;

    internal void CountRow()
    {
        if (++Read % TellEvery == 0)
            progress?.Invoke(Read);
    }

    internal void Skip(InputException problem)
    {
        Skipped++;
        if (_problems.Count < Shown)
            _problems.Add(problem);
    }

    internal void Note(string reason) => _left[reason] = _left.GetValueOrDefault(reason) + 1;
}
