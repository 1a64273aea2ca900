namespace Plumbline.Alignment;

/// <summary>What to compare: methods that learn from the same pairs of the Counter, seed by seed.</summary>
public sealed record ComparisonRequest
{
    /// <summary>Names of recipes or losses, or recipe files; settings of a loss may follow, as in <c>dpo:beta=0.3</c>.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>The specification of the Counter.</summary>
    public required string SpecificationPath { get; init; }

    /// <summary>Folder of the model that all start from.</summary>
    public required string ModelDirectory { get; init; }

    /// <summary>The run folder.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>Repetitions, at least 2: seeds 1 to this.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>Steps of each training.</summary>
    public int Steps { get; init; } = 60;

    /// <summary>Pairs in a step.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Highest learning rate, of all.</summary>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>Requests that pairs are made of, for each seed.</summary>
    public int Prompts { get; init; } = 240;

    /// <summary>Held-out requests to measure on, four answers each.</summary>
    public int HeldOut { get; init; } = 60;

    /// <summary>Standard deviation of the proxy's noise; a right decision is worth 1.</summary>
    public double Noise { get; init; } = 0.3;

    /// <summary>What the proxy pays for a word: what an answer can gain without being right.</summary>
    public double PayForWords { get; init; } = 0.02;

    /// <summary>Threads for the arithmetic.</summary>
    public int Threads { get; init; } = 2;
}
