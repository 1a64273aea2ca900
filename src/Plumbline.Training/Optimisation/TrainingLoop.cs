using System.Diagnostics;
using Plumbline.Models;
using Plumbline.Models.Native;
using Plumbline.Training.Distributed;
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
    /// <param name="kept">What else stands in checkpoints; null for nothing.</param>
    /// <exception cref="InputException">The loss stopped being a number, or the checkpoint cannot be used.</exception>
    public static void Run(Decoder decoder, TrainingOptions options, Func<int, TrainingStep> plan, IProgress<TrainingProgress>? progress, CancellationToken cancel, MovedReference? kept = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(options);
        var group = options.Checked().Together;
        bool finished;
        try
        {
            finished = Train(group, decoder, options, plan, kept, progress, cancel);
        }
        catch (Exception problem)
        {
            group.End(problem, options.GoOn);
            throw;
        }
        if (!finished)
            throw new OperationCanceledException(cancel);
    }

    /// <returns>Whether all steps were made; else some rank was asked to stop, and all have.</returns>
    private static bool Train(ProcessGroup group, Decoder decoder, TrainingOptions options, Func<int, TrainingStep> plan, MovedReference? kept, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        HeapMemory.KeepFreed();
        var trained = options.Parameters ?? ParameterGroup.Of(decoder);
        using var open = trained.Open(decoder);
        using var optimiser = new AdamW(trained.In(decoder), options.Optimiser, keepsGradients: !trained.HoldsWeights);
        var fingerprint = options.Fingerprint ^ trained.Fingerprint(decoder) ^ (kept?.Fingerprint ?? 0);
        var checkpoint = options.CheckpointFolder is { } folder ? new TrainingCheckpoint(folder, optimiser, fingerprint, options.Start ?? WeightHashes.Of(decoder), kept?.State) : null;
        var first = checkpoint?.Restore() ?? 0;
        Replicas.RefuseOthers(group, decoder.parameters().Concat(optimiser.Trained.Select(each => each.Weight)), first, fingerprint);
        using var reduction = group.Size > 1 ? new GradientReduction(decoder, optimiser.Trained, group) : null;
        var (clock, sinceCheckpoint) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        var tokens = 0L;
        var stop = group.Any(cancel.IsCancellationRequested);
        for (var step = first; step < options.Steps; step++)
        {
            if (stop)
            {
                group.Gather([]); // none ends before the checkpoint is there: its end might be the end of all
                return false;
            }
            using var scope = NewDisposeScope();
            var work = plan(step);
            var rate = options.LearningRate.At(step, options.Steps);
            var meter = new StepMeter(work.Statistics);
            foreach (var (index, pass) in work.Passes.Index())
            {
                using var training = decoder.Adapter?.Training(step, index * group.Size + group.Rank);
                Make(pass, optimiser, reduction, rate, meter);
            }
            tokens += work.Tokens;
            var made = step + 1;
            var last = made == options.Steps;
            if (made % options.ReportEvery == 0 || last)
            {
                var report = meter.Describe(group, rate, made, options.Steps) with
                {
                    TokensPerSecond = tokens / clock.Elapsed.TotalSeconds,
                    TimeLeft = clock.Elapsed / (made - first) * (options.Steps - made),
                };
                if (group.IsFirst)
                    progress?.Report(report);
            }
            stop = group.Any(cancel.IsCancellationRequested);
            if (checkpoint is not null && (made % options.CheckpointEvery == 0 || last || stop || group.Any(sinceCheckpoint.Elapsed >= options.CheckpointAfter)))
            {
                meter.RefuseDivergence(step);
                Replicas.RefuseOthers(group, optimiser.Trained.Select(each => each.Weight), made, fingerprint);
                if (group.IsFirst)
                    checkpoint.Write(made);
                sinceCheckpoint.Restart();
            }
            if (last)
                meter.RefuseDivergence(step);
        }
        group.Gather([]); // none goes on before the files of the last step are there
        return true;
    }

    private static void Make(StepPass pass, AdamW optimiser, GradientReduction? reduction, double rate, StepMeter meter)
    {
        using var scope = NewDisposeScope();
        reduction?.BeginPass(pass.EndsUpdate);
        if (pass.Compute?.Invoke() is { } work)
        {
            using (var value = pass.Share == 1 ? work.Loss.Value.alias() : work.Loss.Value.Times(pass.Share))
            using (TrainingActivities.Start("backward"))
            {
                value.backward();
                work.Scores.Backward();
            }
            meter.Add(work.Loss, pass.Share);
        }
        if (!pass.EndsUpdate)
            return;
        reduction?.Complete();
        meter.EndUpdate(optimiser.Update(rate));
    }
}
