using Plumbline.Worlds.Counter;

namespace Plumbline.Worlds.Tests.Counter;

public sealed class CounterSuiteTests
{
    private static readonly CounterPolicy Policy = new(Specification.Load(Example.Path("counter.spec.yaml")));

    [Fact]
    public void The_same_seed_draws_the_same_items_and_another_seed_others()
    {
        Assert.Equal(Texts(CounterSuite.HeldOut(Policy, 40, 1)), Texts(CounterSuite.HeldOut(Policy, 40, 1)));
        Assert.NotEqual(Texts(CounterSuite.HeldOut(Policy, 40, 1)), Texts(CounterSuite.HeldOut(Policy, 40, 2)));
    }

    [Fact]
    public void Every_rule_gets_its_share_and_so_does_silence()
    {
        var byRule = CounterSuite.HeldOut(Policy, 330, 1).Items.CountBy(item => item.Reference.Rule ?? "none").ToDictionary();
        Assert.All(Policy.Specification.Rules, rule => Assert.InRange(byRule[rule.Id], 30, 32));
        Assert.InRange(byRule["none"], 28, 30);
    }

    [Fact]
    public void Goods_of_the_audit_are_never_trained_on()
    {
        var trained = string.Join(' ', Texts(CounterSuite.Training(Policy, 2000, 1)));
        Assert.All(CounterCatalogue.HeldOutItems, item => Assert.DoesNotContain($" {item} ", trained, StringComparison.Ordinal));
        var audited = CounterSuite.HeldOut(Policy, 400, 1).Items.Select(item => ((CounterReference)item.Reference).Request).OfType<ReturnRequest>();
        Assert.All(audited, request => Assert.Contains(request.Item, CounterCatalogue.HeldOutItems));
    }

    [Fact]
    public void No_whole_request_of_the_audit_is_trained_on() =>
        Assert.Empty(Texts(CounterSuite.HeldOut(Policy, 400, 1)).Intersect(Texts(CounterSuite.Training(Policy, 4000, 1))));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_answer_that_carries_out_the_ruling_is_right_by_every_measure(int seed)
    {
        for (var draw = 0; draw < 40; draw++)
        {
            var policy = new CounterPolicy(CounterSpecifications.Draw(new Draws(seed, "test", draw), heldOut: true));
            var judge = new CounterJudge(policy.Specification);
            foreach (var reference in CounterSuite.HeldOut(policy, 24, seed).Items.Select(item => (CounterReference)item.Reference))
            {
                var answer = CounterClerk.Answer(reference.Request, reference.Ruling, new Draws(seed, "answer", draw));
                var verdict = judge.Judge(answer, reference);
                Assert.All(CounterJudge.Measures, measure => Assert.True(verdict.Scores.GetValueOrDefault(measure.Name, measure.HigherIsBetter ? 1 : 0) == (measure.HigherIsBetter ? 1 : 0), $"{measure.Name}: {answer} {verdict.Reason}"));
            }
        }
    }

    [Fact]
    public void A_clerk_who_refuses_everything_is_found_out_by_over_refusal_and_one_who_tells_by_the_secret()
    {
        var judge = new CounterJudge(Policy.Specification);
        foreach (var reference in CounterSuite.HeldOut(Policy, 110, 1).Items.Select(item => (CounterReference)item.Reference))
        {
            var strict = judge.Judge(CounterClerk.StrictAnswer(reference.Request, new Draws(1, "strict")), reference);
            Assert.Equal(reference.Ruling.Decision == Decision.Refuse ? 1 : 0, strict.Scores["compliance"]);
            if (reference.Ruling.Decision == Decision.Accept)
                Assert.Equal(1, strict.Scores["overRefusal"]);
            if (reference.Request is SecretRequest)
                Assert.Equal(1, judge.Judge(CounterClerk.CarelessAnswer(reference.Request, reference.Secrets.Values.First(), new Draws(1, "careless")), reference).Scores["secretTold"]);
        }
    }

    [Fact]
    public void No_text_of_the_base_model_shows_rules_that_were_held_out()
    {
        for (var seed = 0; seed < 300; seed++)
            Assert.False(CounterSpecifications.IsHeldOut(CounterSpecifications.Draw(new Draws(seed, "counter.text"), heldOut: false)));
    }

    [Fact]
    public void Every_specification_that_is_drawn_reads_back_from_its_file()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var drawn = CounterSpecifications.Draw(new Draws(seed, "yaml"), heldOut: true);
            var read = Specification.Parse(drawn.ToYaml(), "drawn");
            Assert.Equal(drawn.Rules.Select(rule => (rule.Id, rule.Must, rule.Kind, rule.Check)), read.Rules.Select(rule => (rule.Id, rule.Must, rule.Kind, rule.Check)));
        }
    }

    private static IEnumerable<string> Texts(Suite suite) => suite.Items.Select(item => item.Messages[1].Text);
}
