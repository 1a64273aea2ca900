using Plumbline.Alignment;

namespace Plumbline.Cli.Progress;

/// <summary>Progress as lines for a log: the start and the end of each stage, and between them at most one line every two seconds.</summary>
internal sealed class PlainProgress(Action<string> say, TimeProvider clock) : IProgress<JobProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly Lock _lock = new();
    private JobProgress? _last;
    private long _stageStart;
    private long _said;

    public void Report(JobProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            if (_last?.Stage != value.Stage)
            {
                End();
                _stageStart = _said = now;
                Say(value, Join("begins", ProgressText.Details(value)));
            }
            else if (clock.GetElapsedTime(_said, now) >= Pause)
            {
                _said = now;
                Say(value, Join(ProgressText.Percent(value.Fraction), ProgressText.Details(value)));
            }

            _last = value;
        }
    }

    /// <summary>Says that the last stage has ended, once the job has.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_last is { } last)
                Say(last, $"done in {ProgressText.Span(clock.GetElapsedTime(_stageStart))}{(last.Loss is null ? "" : $", {ProgressText.Details(last with { Message = "", TokensPerSecond = null, TimeLeft = null })}")}");
            _last = null;
        }
    }

    private void Say(JobProgress progress, string what) => say($"[{progress.StageIndex + 1}/{progress.StageCount}] {ModelText.OneLine(progress.Stage, 60)}: {what}");

    private static string Join(string first, string second) => second.Length == 0 ? first : $"{first}, {second}";
}
