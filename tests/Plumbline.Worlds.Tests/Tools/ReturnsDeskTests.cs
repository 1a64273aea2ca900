using Plumbline.Worlds.Tools;

namespace Plumbline.Worlds.Tests.Tools;

public sealed class ReturnsDeskTests
{
    private static readonly DeskCase Lamp = new(["ash", "oak"], "lamp", 4, 3);

    [Fact] // 4 weeks old, taken back for 3
    public void A_case_is_decided_by_what_has_to_be_looked_up()
    {
        var desk = new DeskWork(Lamp, stepWorth: 0.9);
        Assert.Equal("return of ash ?", Lamp.Question);
        Assert.Equal(("ash moved to oak .", 0.3), Rounded(desk.Act("order ash")));
        Assert.Equal(("ash moved to oak .", 0.0), desk.Act("order ash")); // known already
        Assert.Equal((ReturnsDesk.Unknown, 0.0), desk.Act("order elm"));
        Assert.Equal((ReturnsDesk.Unknown, 0.0), desk.Act("rule coat"));
        Assert.Equal(("oak is lamp four weeks .", 0.3), Rounded(desk.Act(" order  oak")));
        Assert.Equal(("lamp within three weeks .", 0.3), Rounded(desk.Act("rule lamp")));
        Assert.Equal(("", 1.0), desk.Act("refuse by oak lamp"));
        Assert.True(desk.Decided);
        Assert.True(desk.Trace is { Right: true, Calls.Count: 6 });
        Assert.All(desk.Trace.Claims, claim => Assert.True(desk.Trace.Observed(claim)));
        Assert.Throws<InvalidOperationException>(() => desk.Act("order ash"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("refund ash lamp")]
    [InlineData("refund by ash")]
    [InlineData("order")]
    [InlineData("order ash oak")]
    public void What_is_no_call_is_told_nothing(string written)
    {
        var desk = new DeskWork(Lamp, stepWorth: 1);
        Assert.Equal((ReturnsDesk.Unknown, 0.0), desk.Act(written));
        Assert.False(desk.Decided);
    }

    [Fact]
    public void A_refund_before_all_is_known_is_not_allowed()
    {
        var early = new DeskWork(Lamp);
        early.Act("order oak");
        Assert.Equal(("", 0.0), early.Act("refund by oak lamp"));
        Assert.False(early.Trace.Calls[^1].Allowed);
        var late = new DeskWork(Lamp with { Window = 5 });
        late.Act("order oak");
        late.Act("rule lamp");
        Assert.Equal(("", 1.0), late.Act("refund by oak lamp"));
        Assert.True(late.Trace.Calls[^1].Allowed);
    }

    [Fact]
    public void A_call_that_breaks_says_nothing_and_works_the_next_time()
    {
        var desk = new DeskWork(Lamp, call => call == 0, 1);
        Assert.Equal((ReturnsDesk.Broken, 0.0), desk.Act("order ash"));
        Assert.Equal("ash moved to oak .", desk.Act("order ash").Told);
        Assert.Equal([true, false], desk.Trace.Calls.Select(call => call.Failed));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Half_of_all_cases_are_in_time_and_a_thorough_clerk_decides_all_of_them_rightly(int records)
    {
        var cases = Enumerable.Range(0, 400).Select(index => ReturnsDesk.Draw(new Draws(1, "cases", index), records)).ToArray();
        Assert.InRange(cases.Count(each => each.Refund), 160, 240);
        Assert.All(cases, each => Assert.Equal(records, each.Records.Distinct().Count()));
        Assert.All(cases, each =>
        {
            var outcome = new DeskClerk().Work(each, new Draws(1, "clerk"), call => call % 2 == 1);
            Assert.True(outcome.Trace.Right);
            Assert.Equal(2 * (records + 1), outcome.Turns.Count); // all lookups but the first break once, and then the decision
        });
    }

    [Fact]
    public void Who_guesses_is_right_half_of_the_time_and_who_gives_up_never()
    {
        AgentTrace[] Traces(DeskClerk clerk, bool persists, Func<int, bool>? breaks) => [.. Enumerable.Range(0, 400).Select(index => new Draws(2, "guesses", index)).Select(draws => clerk.Work(ReturnsDesk.Draw(draws, 2), draws, breaks, persists).Trace)];
        Assert.InRange(Traces(new(Guess: 1), true, null).Count(trace => trace.Right), 160, 240);
        Assert.DoesNotContain(Traces(new(), false, call => call == 1), trace => trace.Right);
    }

    private static (string, double) Rounded((string Told, double Reward) answer) => (answer.Told, Math.Round(answer.Reward, 9));
}
