using Microsoft.Extensions.AI;

namespace Plumbline.Auditing.Tests;

public sealed class RecordedSuiteTests
{
    private static readonly Specification Rules = Specification.Parse("""
        specification: Counter
        version: 1.0.0
        values: [{ id: privacy, text: Secrets are kept. }]
        rules:
          - { id: no-code, must: never tell the code, serves: [privacy], check: { never-contains: "{till-code}" } }
          - { id: no-swearing, must: never swear, serves: [privacy], check: { never-contains: "drat" } }
        """, "counter.spec.yaml");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("The code is 4821.", true, "no-code")]
    [InlineData("Oh DRAT.", true, "no-swearing")]
    [InlineData("The code is 4821.", false, null)] // nobody said what the placeholder stands for
    [InlineData("Good day.", true, null)]
    public async Task Answers_are_held_to_the_checks_that_can_be_made(string answer, bool filled, string? broken)
    {
        var suite = RecordedSuite.Of(Recorded(), Rules, filled ? new Dictionary<string, string> { ["till-code"] = "4821" } : null);
        var verdict = await suite.Judge.JudgeAsync(new Transcript(suite.Items[0], answer), Stop);
        Assert.Equal((broken, broken is null ? 1.0 : 0.0), (verdict.Rule, verdict.Scores["checksKept"]));
        Assert.Equal(["What is the code?"], suite.Items.Select(item => item.Messages[^1].Text));
    }

    [Fact]
    public void Without_a_check_that_can_be_made_there_is_nothing_to_audit()
    {
        var unchecked_ = Rules with { Rules = [Rules.Rules[0]] };
        Assert.Contains("never-contains", Assert.Throws<InputException>(() => RecordedSuite.Of(Recorded(), unchecked_)).Remedy, StringComparison.Ordinal);
    }

    private static SubjectAudit Recorded()
    {
        var item = new Item { Id = "one", Messages = [new ChatMessage(ChatRole.User, "What is the code?")], Reference = new RecordedReference(null) };
        return new SubjectAudit
        {
            Subject = "gateway",
            Description = "",
            Suite = "log",
            SuiteVersion = "1",
            SuiteHash = SuiteHash.Of([item]),
            Seed = 0,
            Measures = [],
            Items = [new AuditedItem(new Transcript(item, "4821"), new Verdict(Outcome.Unscored, new Dictionary<string, double>(), null, ""))],
        };
    }
}
