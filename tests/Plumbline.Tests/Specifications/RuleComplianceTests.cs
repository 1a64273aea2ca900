namespace Plumbline.Tests.Specifications;

public sealed class RuleComplianceTests
{
    [Fact] // one that keeps the first rule alone against one that keeps all but the first
    public void No_number_of_later_rules_makes_up_for_an_earlier_one()
    {
        RuleCompliance[] answers = [new([false, true, true, true], 9), new([true, false, false, false], 0)];
        Assert.Equal(1, RuleCompliance.Best(answers));
        Assert.Equal([0.4375, 0.5], answers.Select(answer => answer.Weight)); // ¼ + ⅛ + 1/16; ½
    }

    [Fact]
    public void Help_decides_between_answers_that_keep_the_same_rules_and_the_first_of_equals_is_taken()
    {
        Assert.Equal(1, RuleCompliance.Best([new([true, false], 1), new([true, false], 2), new([true, false], 2), new([false, true], 9)]));
        Assert.Equal(0, new RuleCompliance([true], 1).CompareTo(new([true], 1)));
    }

    [Fact] // 1000 sets: the order by weights 2⁻ᵏ is worked out from the bits of a whole number
    public void The_order_is_that_of_weights_that_halve_from_rule_to_rule()
    {
        var draws = new Draws(1, "test");
        for (var set = 0; set < 1000; set++)
        {
            var rules = draws.Between(2, 8);
            RuleCompliance[] answers = [.. Enumerable.Range(0, 5).Select(_ => new RuleCompliance([.. Enumerable.Range(0, rules).Select(_ => draws.Chance(0.5))], draws.NextDouble()))];
            int Bits(RuleCompliance answer) => answer.Kept.Aggregate(0, (bits, kept) => 2 * bits + (kept ? 1 : 0));
            var expected = answers.OrderByDescending(Bits).ThenByDescending(answer => answer.Help).First();
            Assert.Same(expected, answers[RuleCompliance.Best(answers)]);
        }
    }

    [Fact]
    public void Answers_that_were_held_against_other_rules_are_refused() => Assert.Throws<ArgumentException>(() => new RuleCompliance([true], 0).CompareTo(new([true, false], 0)));
}
