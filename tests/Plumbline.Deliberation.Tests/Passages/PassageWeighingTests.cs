namespace Plumbline.Deliberation.Tests.Passages;

public sealed class PassageWeighingTests
{
    private static readonly PassageWeighing Weighing = new();

    [Theory] // ten passages, so many of them lies, and no memory: true ones are a majority up to four
    [InlineData(0, "Oslo")]
    [InlineData(4, "Oslo")]
    [InlineData(5, null)]
    [InlineData(6, "Lima")]
    public void The_majority_of_anonymous_passages_decides_and_none_is_none(int lies, string? answer)
    {
        var weighed = Weighing.Weigh(null, 0, [.. Enumerable.Range(0, 10).Select(index => Passage(index, index < lies ? "Lima" : "Oslo"))]);
        Assert.Equal(answer, weighed.Answer);
        Assert.Equal(lies == 0 ? PassageConflict.None : PassageConflict.AmongPassages, weighed.Conflict);
        Assert.Equal(answer is null ? 0 : Math.Max(lies, 10 - lies), weighed.Used.Count);
        Assert.Equal(10, weighed.Used.Count + weighed.Rejected.Count);
    }

    [Fact]
    public void A_lie_that_was_pasted_nine_times_counts_once()
    {
        PassageClaim[] lies = [.. Enumerable.Range(0, 9).Select(index => new PassageClaim("Everybody knows that Anna lives in Lima" + new string('!', index), "Lima"))];
        var weighed = Weighing.Weigh(null, 0, [.. lies, Passage(1, "Oslo"), Passage(2, "Oslo")]);
        Assert.Equal("Oslo", weighed.Answer);
        Assert.Equal(9, weighed.Rejected.Count);
    }

    [Fact] // ln 99 = 4.6 of memory against 50 of an approved source, and against four or six anonymous ones
    public void An_approved_update_overrides_a_certain_memory_and_a_few_anonymous_passages_do_not()
    {
        Assert.Equal("Lima", Weighing.Weigh("Oslo", 1, [Passage(0, "Lima") with { Approved = true }]).Answer);
        Assert.Equal("Oslo", Weighing.Weigh("Oslo", 1, Lies(4)).Answer);
        Assert.Equal("Lima", Weighing.Weigh("Oslo", 1, Lies(6)).Answer);
        Assert.Equal(PassageConflict.AgainstMemory, Weighing.Weigh("Oslo", 1, Lies(1)).Conflict);
    }

    [Fact] // ln(.7/.3) = .85 of memory against 1: a lead of .15
    public void Where_nothing_leads_the_two_contenders_are_named()
    {
        var weighed = Weighing.Weigh("Oslo", 0.7, Lies(1));
        Assert.Null(weighed.Answer);
        Assert.Equal(["Lima", "Oslo"], weighed.Contenders);
    }

    [Fact]
    public void Without_passages_memory_answers_and_without_memory_nobody_does()
    {
        Assert.Equal("Oslo", Weighing.Weigh("Oslo", 0.4, []).Answer);
        Assert.Null(Weighing.Weigh(null, 0, []).Answer);
        Assert.Throws<ArgumentOutOfRangeException>(() => Weighing.Weigh("Oslo", 1.2, []));
    }

    private static PassageClaim[] Lies(int count) => [.. Enumerable.Range(0, count).Select(index => Passage(index, "Lima"))];

    /// <summary>Passages of different wording.</summary>
    private static PassageClaim Passage(int wording, string claim) => new(string.Join(' ', Enumerable.Range(0, 6).Select(word => $"word{wording}-{word}")) + " " + claim, claim);
}
