using Plumbline.Alignment;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Plumbline.Cli.Progress;

/// <summary>Progress that is drawn over: the stages so far, a bar for the one at work, loss, speed and time left.</summary>
internal sealed class LiveProgress(TimeProvider clock) : IProgress<JobProgress>
{
    private const int BarWidth = 30;
    private readonly Lock _lock = new();
    private readonly List<(string Stage, TimeSpan Took)> _done = [];
    private JobProgress? _current;
    private long _stageStart;

    public void Report(JobProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_lock)
        {
            if (_current?.Stage != value.Stage)
            {
                End();
                _stageStart = clock.GetTimestamp();
            }

            _current = value;
        }
    }

    /// <summary>Counts the stage at work among those that are done.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_current is not null)
                _done.Add((_current.Stage, clock.GetElapsedTime(_stageStart)));
            _current = null;
        }
    }

    /// <summary>What is to be seen now.</summary>
    public IRenderable Picture()
    {
        lock (_lock)
        {
            var rows = new List<IRenderable>();
            foreach (var (stage, took) in _done)
                rows.Add(new Markup($"[green]✓[/] {Safe(stage)} [dim]{ProgressText.Span(took)}[/]"));
            if (_current is { } current)
            {
                var filled = current.Fraction > 0 ? (int)Math.Round(Math.Min(current.Fraction, 1) * BarWidth) : 0;
                rows.Add(new Markup($"[yellow]▸[/] [bold]{Safe(current.Stage)}[/] [dim]{current.StageIndex + 1} of {current.StageCount}[/]"));
                rows.Add(new Markup($"  [yellow]{new string('━', filled)}[/][dim]{new string('─', BarWidth - filled)}[/] {ProgressText.Percent(current.Fraction)}"));
                rows.Add(new Markup($"  [dim]{Markup.Escape(ProgressText.Details(current))}[/]"));
            }

            return rows.Count == 0 ? new Text("Starting…") : new Rows(rows);
        }
    }

    private static string Safe(string text) => Markup.Escape(ModelText.OneLine(text, 60));
}
