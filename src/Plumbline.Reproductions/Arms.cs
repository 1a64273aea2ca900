namespace Plumbline.Reproductions;

/// <summary>What was measured of each arm of an experiment, a number for each seed.</summary>
internal sealed class Arms
{
    private readonly Dictionary<string, List<double>> _values = new(StringComparer.Ordinal);

    /// <summary>Of an arm, in the order of the seeds.</summary>
    public IReadOnlyList<double> this[string arm] => _values[arm];

    /// <summary>Adds what a seed measured: the mean over its worlds for each arm.</summary>
    /// <param name="measured">Of all worlds of the seed.</param>
    public void Add(IEnumerable<(string Arm, double Value)> measured)
    {
        foreach (var arm in measured.GroupBy(each => each.Arm, each => each.Value))
            (_values.TryGetValue(arm.Key, out var values) ? values : _values[arm.Key] = []).Add(arm.Average());
    }

    /// <summary>Means over seeds, for a reader who wants to check.</summary>
    public EvidenceTable Table() => new("Mean over seeds", ["arm", "mean"], [.. _values.Select(arm => (string[])[arm.Key, Ledger.Number(arm.Value.Average())])]);
}
