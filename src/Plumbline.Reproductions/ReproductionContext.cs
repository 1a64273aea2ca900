using Plumbline.Alignment;

namespace Plumbline.Reproductions;

/// <summary>How to run an experiment.</summary>
public sealed record ReproductionContext
{
    /// <summary>One independent repetition for each; same seeds, same result.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1, 2, 3, 4, 5];

    /// <summary>Whether to run the form that takes seconds.</summary>
    public bool Fast { get; init; }

    /// <summary>Who is told how far it is.</summary>
    public IProgress<JobProgress>? Progress { get; init; }

    /// <summary>Where an experiment that trains keeps its runs.</summary>
    public string RunsDirectory { get; init; } = Path.Combine("runs", "reproductions");

    /// <summary>What tells the time that rows took.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
