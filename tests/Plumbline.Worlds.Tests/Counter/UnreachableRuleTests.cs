using Plumbline.Worlds.Counter;

namespace Plumbline.Worlds.Tests.Counter;

public sealed class UnreachableRuleTests
{
    [Fact]
    public void In_the_example_every_rule_can_decide() => Assert.Empty(new CounterPolicy(Specification.Load(Example.Path("counter.spec.yaml"))).Unreachable);

    [Theory]
    [InlineData("accept returns within 30 days and refuse later ones", "accept returns only with a receipt", "b", "a")]
    [InlineData("never offer repairs", "offer repairs", "b", "a")]
    [InlineData("hand refunds over 100 dollars to a manager", "hand refunds over 200 dollars to a manager", "b", "a")]
    [InlineData("always take back faulty goods", "accept faulty goods at any time", "b", "a")]
    public void A_rule_that_an_earlier_one_leaves_nothing_is_found_with_the_earlier_one(string first, string second, string unreachable, string behind)
    {
        var found = Assert.Single(Policy(first, second).Unreachable);
        Assert.Equal((unreachable, behind), (found.Rule.Rule.Id, found.Behind.Rule.Id));
        Assert.StartsWith("f.spec.yaml:7:", found.Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accept returns only with a receipt", "accept returns within 30 days and refuse later ones")]
    [InlineData("hand refunds over 200 dollars to a manager", "hand refunds over 100 dollars to a manager")]
    [InlineData("never offer repairs", "offer assembly")]
    public void A_rule_that_is_left_something_is_not(string first, string second) => Assert.Empty(Policy(first, second).Unreachable);

    [Fact]
    public void A_rule_that_is_found_never_decides_and_the_others_of_the_specification_do()
    {
        var found = 0;
        for (var draw = 0; draw < 400; draw++)
        {
            var rules = CounterSpecifications.Draw(new Draws(draw, "unreachable.one"), heldOut: false).Rules
                .Concat(CounterSpecifications.Draw(new Draws(draw, "unreachable.two"), heldOut: false).Rules).DistinctBy(rule => rule.Id).ToArray();
            var policy = new CounterPolicy(CounterSpecifications.Draw(new Draws(draw, "unreachable.one"), heldOut: false) with { Rules = new Draws(draw, "unreachable.order").Shuffle(rules) });
            var never = policy.Unreachable.Select(rule => rule.Rule.Rule.Id).ToHashSet();
            found += never.Count;
            var writer = new RequestWriter(new Draws(draw, "unreachable.requests"), Split.All);
            for (var i = 0; i < 150; i++)
                Assert.DoesNotContain(policy.Decide(writer.Draw(policy)).Rule?.Rule.Id ?? "", never);
        }

        Assert.True(found > 100, $"only {found} rules were found");
    }

    private static CounterPolicy Policy(string first, string second) => new(Specification.Parse($$"""
        specification: S
        version: 1.0.0
        values:
          - { id: care, text: Care. }
        rules:
          - { id: a, serves: [care], must: "{{first}}" }
          - { id: b, serves: [care], must: "{{second}}" }
        """, "f.spec.yaml"));
}
