using Plumbline.Alignment;
using Spectre.Console;

namespace Plumbline.Cli.Progress;

/// <summary>Shows a long job at work: drawn on a terminal, in lines anywhere else.</summary>
internal static class JobDisplay
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs the job and shows how far it is.</summary>
    public static async Task<T> ShowAsync<T>(Terminal terminal, Func<IProgress<JobProgress>, Task<T>> job, CancellationToken cancellationToken)
    {
        if (!terminal.ErrorIsRich)
        {
            var lines = new PlainProgress(terminal.Say, terminal.Clock);
            var outcome = await Task.Run(() => job(lines), cancellationToken).ConfigureAwait(false);
            lines.End();
            return outcome;
        }

        var live = new LiveProgress(terminal.Clock);
        return await terminal.Error.Live(live.Picture()).StartAsync(async picture =>
        {
            // The job is waited for after a cancellation too: it is writing down what to keep.
            var work = Task.Run(() => job(live), cancellationToken);
            while (await Task.WhenAny(work, Task.Delay(Redraw, terminal.Clock, CancellationToken.None)).ConfigureAwait(false) != work)
                picture.UpdateTarget(live.Picture());
            if (work.IsCompletedSuccessfully)
                live.End();
            picture.UpdateTarget(live.Picture());
            return await work.ConfigureAwait(false);
        }).ConfigureAwait(false);
    }
}
