using System.IO.Hashing;
using System.Text;
using Plumbline.Training.Distributed;

namespace Plumbline.Training;

/// <summary>How long to train, how fast, and where to write checkpoints.</summary>
public sealed record TrainingOptions
{
    /// <summary>Steps in all.</summary>
    public required int Steps { get; init; }

    /// <summary>The learning rate.</summary>
    public required Schedule LearningRate { get; init; }

    /// <summary>Settings of the optimiser.</summary>
    public AdamWOptions Optimiser { get; init; } = new();

    /// <summary>The most tokens that go through the model at once; a larger step goes in several passes whose gradients add up. Null: each step in one pass.</summary>
    /// <remarks>Bounds memory. Other passes, other rounding: weights differ in the last bits from those of one pass.</remarks>
    public int? TokensPerPass { get; init; }

    /// <summary>Whether the activations of layers are computed again when their gradients need them, instead of kept until then: a third more time, a fraction of the memory, the same weights.</summary>
    public bool Checkpointing { get; init; }

    /// <summary>Folder where log-probabilities of the reference are kept for this run and later ones; null: <see cref="CheckpointFolder"/>, or nowhere.</summary>
    public string? ReferenceFolder { get; init; }

    /// <summary>Told what the user should know and need not act on, for example that a damaged cache was computed again.</summary>
    public IProgress<string>? Notes { get; init; }

    /// <summary>What is trained; null: the adapter that is attached to the decoder, or all weights if there is none.</summary>
    public ParameterGroup? Parameters { get; init; }

    /// <summary>What is trained, on what, and how; a checkpoint of another recipe is refused.</summary>
    public Recipe? Recipe { get; init; }

    /// <summary>Folder for checkpoints; none are written if null.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 100;

    /// <summary>The longest time between checkpoints, for steps that are slow; null for as long as <see cref="CheckpointEvery"/> steps take.</summary>
    public TimeSpan? CheckpointAfter { get; init; }

    /// <summary>Steps between reports.</summary>
    public int ReportEvery { get; init; } = 10;

    /// <summary>Who trains together; null: <see cref="ProcessGroup.Current"/>.</summary>
    public ProcessGroup? Group { get; init; }

    /// <summary>Hashes of the weights that training starts from, if they are known; else they are computed where they are needed.</summary>
    internal WeightHashes? Start { get; init; }

    /// <summary>The command that takes the training up: said where a rank that fails ends all of them.</summary>
    internal string? GoOn { get; init; }

    /// <summary>Who trains together.</summary>
    internal ProcessGroup Together => Group ?? ProcessGroup.Current;

    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    internal TrainingOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Steps);
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEvery, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReportEvery, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TokensPerPass ?? 1, 1);
        return this;
    }

    /// <summary>A number that changes with everything that decides the weights, and with nothing else.</summary>
    internal long Fingerprint => FingerprintWith(null);

    /// <summary>The number, with the settings of a second model that is trained beside the first.</summary>
    internal long FingerprintWith(string? companion) =>
        unchecked((long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{Steps}; {LearningRate}; {Optimiser}; {TokensPerPass}; {Recipe?.Describe()}{(companion is null ? "" : $"; {companion}")}")));
}
