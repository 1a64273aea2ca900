using Plumbline.Alignment;
using Plumbline.Cli.Progress;
using Spectre.Console;

namespace Plumbline.Cli.Tests;

public sealed class ProgressTests
{
    private readonly StoppedClock _clock = new();
    private readonly List<string> _lines = [];

    [Fact]
    public void A_log_gets_the_start_and_end_of_each_stage_and_a_line_every_two_seconds_between()
    {
        var progress = new PlainProgress(_lines.Add, _clock);
        for (var i = 0; i <= 100; i++)
        {
            progress.Report(new JobProgress("tuning", 0, 2, i / 100.0, "", Loss: 1.5, TokensPerSecond: 11400, TimeLeft: TimeSpan.FromSeconds(100)));
            _clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        progress.Report(new JobProgress("audit", 1, 2, 0, "330 requests"));
        progress.End();
        Assert.Equal(
        [
            "[1/2] tuning: begins, loss 1.500, 11400 tokens/s, 1 min 40 s left",
            "[1/2] tuning: 40 %, loss 1.500, 11400 tokens/s, 1 min 40 s left",
            "[1/2] tuning: 80 %, loss 1.500, 11400 tokens/s, 1 min 40 s left",
            "[1/2] tuning: done in 5.1 s, loss 1.500",
            "[2/2] audit: begins, 330 requests",
            "[2/2] audit: done in 0.0 s",
        ], _lines);
    }

    [Fact]
    public void A_message_cannot_forge_a_line_of_the_log()
    {
        new PlainProgress(_lines.Add, _clock).Report(new JobProgress("tuning", 0, 1, 0, "a\n[1/1] tuning: done\e[2J"));
        Assert.Equal(["[1/1] tuning: begins, a [1/1] tuning: done"], _lines);
    }

    [Fact]
    public void The_picture_has_the_stages_that_are_done_and_the_bar_of_the_one_at_work()
    {
        var progress = new LiveProgress(_clock);
        progress.Report(new JobProgress("audit [base]", 0, 2, 1, ""));
        _clock.Advance(TimeSpan.FromSeconds(4));
        progress.Report(new JobProgress("tuning", 1, 2, 0.5, "", Loss: 0.25));
        using var text = new StringWriter();
        Terminal.Piped(TextReader.Null, text, TextWriter.Null).Output.Write(progress.Picture());
        var picture = text.ToString();
        Assert.Contains("✓ audit [base] 4.0 s", picture, StringComparison.Ordinal);
        Assert.Contains("▸ tuning 2 of 2", picture, StringComparison.Ordinal);
        Assert.Contains(new string('━', 15) + new string('─', 15) + " 50 %", picture, StringComparison.Ordinal);
        Assert.Contains("loss 0.250", picture, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.999, "99 %")]
    [InlineData(1, "100 %")]
    [InlineData(-1, "0 %")]
    [InlineData(double.NaN, "0 %")]
    public void A_hundred_percent_is_said_only_when_all_is_done(double fraction, string text) => Assert.Equal(text, ProgressText.Percent(fraction));

    private sealed class StoppedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
