using System.Diagnostics;
using Plumbline.Models;
using Plumbline.Runs;
using Plumbline.Training;

namespace Plumbline.Alignment;

/// <summary>Does the stages of a run in order, each once, and writes down what it took.</summary>
/// <param name="run">Where stages are marked and events written.</param>
/// <param name="names">All stages, in order.</param>
/// <param name="progress">Told how far each is.</param>
internal sealed class StageRunner(RunFolder run, IReadOnlyList<string> names, IProgress<JobProgress>? progress)
{
    /// <summary>Time spent, over all sittings.</summary>
    public TimeSpan Elapsed => TimeSpan.FromSeconds(run.Events("sitting").Sum(sitting => sitting.Details.GetProperty("seconds").GetDouble()));

    /// <summary>Does a stage unless it was completed and the files that it made are still what they were.</summary>
    public Task RunAsync(string stage, Func<IProgress<double>, Task> work, params IEnumerable<string> artefacts) => run.IsComplete(Mark(stage)) ? Skip(stage) : AlwaysAsync(stage, work, artefacts);

    /// <summary>Does a stage that itself knows what of it was done.</summary>
    public async Task AlwaysAsync(string stage, Func<IProgress<double>, Task> work, params IEnumerable<string> artefacts)
    {
        var clock = Stopwatch.StartNew();
        progress?.Report(At(stage, 0));
        try
        {
            await work(new Relay(share => progress?.Report(At(stage, share) with { TimeLeft = share > 0.02 ? clock.Elapsed / share * (1 - share) : null }))).ConfigureAwait(false);
            run.Complete(Mark(stage), artefacts);
        }
        catch
        {
            try
            {
                Sat();
            }
            catch (InputException)
            {
                // The disk is full: what ended the work is what is said, and only a time is lost.
            }

            throw;
        }

        Sat();
        progress?.Report(At(stage, 1, $"done in {clock.Elapsed.TotalSeconds:0} s"));

        void Sat() => run.Append("sitting", stage, new { Seconds = clock.Elapsed.TotalSeconds });
    }

    /// <summary>Trains in a stage: its weights are kept, and a stage that was completed is taken over from them.</summary>
    public async Task TrainAsync(string stage, LanguageModel model, Action<string, IProgress<TrainingProgress>> train)
    {
        var weights = run.At("weights", Mark(stage) + ".safetensors");
        if (run.IsComplete(Mark(stage)))
        {
            Weights.Load(model, weights);
            await Skip(stage).ConfigureAwait(false);
            return;
        }

        var checkpoints = run.At("checkpoints", Mark(stage));
        await AlwaysAsync(stage, async _ =>
        {
            await Task.Run(() => train(checkpoints, new TrainingRelay(this, stage))).ConfigureAwait(false);
            Weights.Save(model, weights);
        }).ConfigureAwait(false);
        if (Directory.Exists(checkpoints))
            Directory.Delete(checkpoints, recursive: true);
    }

    /// <summary>Trains in a stage that goes on from its checkpoint, also from one that says that all steps were made.</summary>
    public Task TrainAsync(string stage, Action<IProgress<TrainingProgress>> train) => AlwaysAsync(stage, _ => Task.Run(() => train(new TrainingRelay(this, stage))));

    private Task Skip(string stage)
    {
        progress?.Report(At(stage, 1, "was done before"));
        return Task.CompletedTask;
    }

    private JobProgress At(string stage, double share, string message = "") => new(stage, names.ToList().IndexOf(stage), names.Count, share, message);

    private static string Mark(string stage) => stage.Replace(' ', '-');

    private sealed class Relay(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }

    private sealed class TrainingRelay(StageRunner runner, string stage) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            runner.run.Append("step", stage, new { value.Step, value.Loss, value.Statistics });
            runner.progress?.Report(runner.At(stage, value.Step / (double)value.Steps, $"step {value.Step} of {value.Steps}")
                with
            { Loss = value.Loss, TokensPerSecond = value.TokensPerSecond, TimeLeft = value.TimeLeft });
        }

    }

    private readonly RunFolder run = run;
    private readonly IProgress<JobProgress>? progress = progress;
}
