using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests.Objectives;

public sealed class GeneralisedAdvantageTests
{
    private static readonly double[] Rewards = [0.3, -0.2, 0.1, 0.7, -0.4], Values = [0.1, 0.5, -0.3, 0.2, 0.6];

    [Fact] // card 114 (a)
    public void Advantages_and_returns_are_those_worked_out_by_hand()
    {
        var (advantages, returns) = GeneralisedAdvantage.Of([-0.01, -0.006, 1.002], [0.2, 0.3, 0.5]);
        Equal([0.727355, 0.6709, 0.502], advantages);
        Equal([0.927355, 0.9709, 1.002], returns);
    }

    [Theory] // the definition: A_t = Σ_i (γλ)^i·δ_{t+i}, summed forward
    [InlineData(1, 0.95)]
    [InlineData(0.9, 0.5)]
    [InlineData(0.97, 0)]
    public void They_are_the_fading_sum_of_surprises(double discount, double trace)
    {
        double Surprise(int t) => Rewards[t] + (t + 1 < Values.Length ? discount * Values[t + 1] : 0) - Values[t];
        double[] expected = [.. Enumerable.Range(0, 5).Select(t => Enumerable.Range(t, 5 - t).Sum(later => Math.Pow(discount * trace, later - t) * Surprise(later)))];
        Equal(expected, GeneralisedAdvantage.Of(Rewards, Values, discount, trace).Advantages);
    }

    [Fact]
    public void With_full_trust_in_rewards_returns_are_what_really_came()
    {
        double[] expected = [.. Enumerable.Range(0, 5).Select(t => Enumerable.Range(t, 5 - t).Sum(later => Math.Pow(0.9, later - t) * Rewards[later]))];
        Equal(expected, GeneralisedAdvantage.Of(Rewards, Values, 0.9, 1).Returns);
    }

    [Fact]
    public void Every_reward_has_a_value() => Assert.Throws<ArgumentException>(() => GeneralisedAdvantage.Of([1], []));

    private static void Equal(double[] expected, double[] found) => Assert.All(expected.Zip(found), each => Assert.Equal(each.First, each.Second, 9));
}
