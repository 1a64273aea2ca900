namespace Plumbline.Alignment;

/// <summary>What a training on data of one's own came to.</summary>
public sealed record FineTuningOutcome
{
    /// <summary>The run folder.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>The model that was made.</summary>
    public required string ModelDirectory { get; init; }

    /// <summary>Steps made.</summary>
    public required int Steps { get; init; }

    /// <summary>What became of the rows that were learnt from; null where there were no files.</summary>
    public ReadData? Data { get; init; }

    /// <summary>What became of the rows that were measured on.</summary>
    public ReadData? EvaluationData { get; init; }

    /// <summary>What the start model measured on them, by name; empty where nothing was measured.</summary>
    public IReadOnlyDictionary<string, double> Before { get; init; } = new Dictionary<string, double>();

    /// <summary>What the trained model measured on them, by name.</summary>
    public IReadOnlyDictionary<string, double> After { get; init; } = new Dictionary<string, double>();

    /// <summary>Loss of the last step.</summary>
    public double? LastLoss { get; init; }

    /// <summary>Time spent, over all sittings.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>What became of the rows of data files.</summary>
/// <param name="Rows">How many were looked at.</param>
/// <param name="Skipped">How many of them could not be used.</param>
/// <param name="Examples">How many examples came out.</param>
/// <param name="Notes">How many were left out or cut, by reason.</param>
/// <param name="Problems">The first few that could not be used, in words.</param>
public sealed record ReadData(long Rows, long Skipped, int Examples, IReadOnlyDictionary<string, long> Notes, IReadOnlyList<string> Problems);
