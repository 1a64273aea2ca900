using System.Globalization;
using Plumbline.Alignment;

namespace Plumbline.Cli.Progress;

/// <summary>How progress reads in words.</summary>
internal static class ProgressText
{
    /// <summary>Message, loss, speed and time left, whichever there are.</summary>
    public static string Details(JobProgress progress)
    {
        var parts = new List<string>();
        if (progress.Message.Length > 0)
            parts.Add(ModelText.OneLine(progress.Message, 100));
        if (progress.Loss is { } loss)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.000}"));
        if (progress.TokensPerSecond is { } speed)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{speed:0} tokens/s"));
        if (progress.TimeLeft is { } left)
            parts.Add($"{Span(left)} left");
        return string.Join(", ", parts);
    }

    /// <summary>A share as a whole percentage that says 100 only when all is done.</summary>
    public static string Percent(double fraction) => string.Create(CultureInfo.InvariantCulture, $"{(fraction > 0 ? Math.Floor(Math.Min(fraction, 1) * 100) : 0):0} %");

    /// <summary>A span of time, with no more detail than a person wants: 4.2 s, 3 min 20 s, 1 h 5 min.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds} s"),
        { TotalMinutes: < 60 } => $"{span.Minutes} min {span.Seconds} s",
        _ => $"{(int)span.TotalHours} h {span.Minutes} min",
    };
}
