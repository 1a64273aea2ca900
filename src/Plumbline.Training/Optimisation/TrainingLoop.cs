using System.Diagnostics;
using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>What one step came to, still as tensors.</summary>
/// <param name="Value">What is minimised, no dimensions.</param>
/// <param name="Tokens">Tokens that went through the model.</param>
/// <param name="Statistics">What else is worth a curve, by name, no dimensions each.</param>
public sealed record StepLoss(Tensor Value, long Tokens, IReadOnlyDictionary<string, Tensor>? Statistics = null);

/// <summary>How far training is.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Of the last step.</param>
/// <param name="TokensPerSecond">Since training began or was taken up.</param>
/// <param name="TimeLeft">At that speed.</param>
/// <param name="Statistics">Of the last step, by name.</param>
public sealed record TrainingProgress(int Step, int Steps, double Loss, double TokensPerSecond, TimeSpan TimeLeft, IReadOnlyDictionary<string, double> Statistics);

/// <summary>How long to train, how fast, and where to write checkpoints.</summary>
public sealed record TrainingOptions
{
    /// <summary>Steps in all.</summary>
    public required int Steps { get; init; }

    /// <summary>The learning rate.</summary>
    public required Schedule LearningRate { get; init; }

    /// <summary>Settings of the optimiser.</summary>
    public AdamWOptions Optimiser { get; init; } = new();

    /// <summary>Folder for checkpoints; none are written if null.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 100;

    /// <summary>Steps between reports.</summary>
    public int ReportEvery { get; init; } = 10;
}

/// <summary>The one loop that every method is trained with: loss, gradients, AdamW, checkpoint.</summary>
/// <remarks>What a step does depends on nothing but the weights and the number of the step, so a loop that was killed ends with the same weights as one that was not.</remarks>
public static class TrainingLoop
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">Whose weights.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="loss">The loss of a step, by its number from 0. Runs inside a dispose scope of the step.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work; a checkpoint is written first.</param>
    public static void Run(Decoder decoder, TrainingOptions options, Func<int, StepLoss> loss, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loss);
        using var optimiser = new AdamW(decoder, options.Optimiser);
        var first = options.CheckpointFolder is null ? 0 : TrainingCheckpoint.Restore(options.CheckpointFolder, decoder, optimiser);
        var clock = Stopwatch.StartNew();
        var tokens = 0L;
        for (var step = first; step < options.Steps; step++)
        {
            using var scope = NewDisposeScope();
            var result = loss(step);
            result.Value.backward();
            var norm = optimiser.Update(options.LearningRate.At(step, options.Steps));
            tokens += result.Tokens;
            var made = step + 1;
            if (made % options.ReportEvery == 0 || made == options.Steps)
                progress?.Report(Describe(result, norm, made, options.Steps, tokens / clock.Elapsed.TotalSeconds, clock.Elapsed / (made - first) * (options.Steps - made)));
            var stopping = cancel.IsCancellationRequested;
            if (options.CheckpointFolder is { } folder && (made % options.CheckpointEvery == 0 || made == options.Steps || stopping))
                TrainingCheckpoint.Write(folder, decoder, optimiser);
            if (made < options.Steps)
                cancel.ThrowIfCancellationRequested();
        }
    }

    private static TrainingProgress Describe(StepLoss result, Tensor norm, int made, int steps, double speed, TimeSpan left)
    {
        var statistics = (result.Statistics ?? new Dictionary<string, Tensor>()).ToDictionary(each => each.Key, each => each.Value.to(ScalarType.Float64).item<double>());
        statistics["gradientNorm"] = norm.item<float>();
        return new TrainingProgress(made, steps, result.Value.item<float>(), speed, left, statistics);
    }
}
