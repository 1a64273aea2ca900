namespace Plumbline.Deliberation.Tests.Judging;

/// <summary>What a judge's reply is taken to say, and that nothing is made of one that says nothing.</summary>
public sealed class ReadingRepliesTests
{
    private static readonly IReadOnlyList<Rule> Rules = StrategyLawsTests.Specification.Rules;

    [Theory]
    [InlineData("Good.\nScore: 7", 7.0)]
    [InlineData("**Score: 6.5/10**", 6.5)]
    [InlineData("Score: 3\nOn second thought:\nscore: 8.", 8.0)]
    [InlineData("I would give it a Score: 9 if it were kinder.", null)]
    [InlineData("Score: 11", null)]
    [InlineData("Score: -3", null)]
    [InlineData("Seven.", null)]
    [InlineData("", null)]
    public void A_score_stands_on_a_line_of_its_own(string reply, double? score) => Assert.Equal(score, ModelScorer.Read(reply));

    [Theory]
    [InlineData("""{"verdicts":[{"rule":"no-secrets","verdict":"broken","quote":"4821"},{"rule":"be-kind","verdict":"Irrelevant"}]}""", Compliance.Broken, Compliance.Irrelevant)]
    [InlineData("""Here it is: ```json {"verdicts":[{"rule":"no-secrets","verdict":"kept"}]} ``` {as asked}""", Compliance.Kept, Compliance.Unknown)]
    [InlineData("""{"verdicts":[{"rule":"no-secrets","verdict":"kept"},{"rule":"no-secrets","verdict":"broken"},{"rule":"made-up","verdict":"broken"}]}""", Compliance.Unknown, Compliance.Unknown)]
    [InlineData("""{"verdicts":"all kept"}""", Compliance.Unknown, Compliance.Unknown)]
    [InlineData("""{"verdicts":[1, null, {"rule":7}]}""", Compliance.Unknown, Compliance.Unknown)]
    [InlineData("{{{{{{{{", Compliance.Unknown, Compliance.Unknown)]
    [InlineData("All rules are kept.", Compliance.Unknown, Compliance.Unknown)]
    public void A_verdict_that_cannot_be_read_is_unknown(string reply, Compliance first, Compliance second) =>
        Assert.Equal([first, second], ModelRuleJudge.Read(Rules, reply).Select(verdict => verdict.Compliance));
}
