using System.Diagnostics;
using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>The one loop that every method is trained with: loss, gradients, AdamW, checkpoint.</summary>
/// <remarks>What a step does depends on nothing but the weights and the number of the step, so a loop that was killed ends with the same weights as one that was not.</remarks>
internal static class TrainingLoop
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">Whose weights.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="plan">What a step does, by its number from 0; asked before the step with the weights it begins with.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work; a checkpoint is written first.</param>
    /// <exception cref="InputException">The loss stopped being a number, or the checkpoint cannot be used.</exception>
    public static void Run(Decoder decoder, TrainingOptions options, Func<int, TrainingStep> plan, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(options);
        using var optimiser = new AdamW(decoder, options.Checked().Optimiser);
        var checkpoint = options.CheckpointFolder is { } folder ? new TrainingCheckpoint(folder, decoder, optimiser, options.Fingerprint) : null;
        var first = checkpoint?.Restore() ?? 0;
        var (clock, sinceCheckpoint) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        var tokens = 0L;
        for (var step = first; step < options.Steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var work = plan(step);
            var rate = options.LearningRate.At(step, options.Steps);
            var meter = new StepMeter(work.Statistics);
            foreach (var pass in work.Passes)
                Make(pass, optimiser, rate, meter);
            tokens += work.Tokens;
            var made = step + 1;
            var last = made == options.Steps;
            if (made % options.ReportEvery == 0 || last)
            {
                progress?.Report(meter.Describe(rate, made, options.Steps) with
                {
                    TokensPerSecond = tokens / clock.Elapsed.TotalSeconds,
                    TimeLeft = clock.Elapsed / (made - first) * (options.Steps - made),
                });
            }
            if (checkpoint is not null && (made % options.CheckpointEvery == 0 || last || cancel.IsCancellationRequested || sinceCheckpoint.Elapsed >= options.CheckpointAfter))
            {
                meter.RefuseDivergence(step);
                checkpoint.Write(made);
                sinceCheckpoint.Restart();
            }
            if (last)
                meter.RefuseDivergence(step);
        }
    }

    private static void Make(StepPass pass, AdamW optimiser, double rate, StepMeter meter)
    {
        using var scope = NewDisposeScope();
        var loss = pass.Compute();
        using (var value = pass.Share == 1 ? loss.Value.alias() : loss.Value.Times(pass.Share))
            value.backward();
        meter.Add(loss, pass.Share);
        if (pass.EndsUpdate)
            meter.EndUpdate(optimiser.Update(rate));
    }
}
