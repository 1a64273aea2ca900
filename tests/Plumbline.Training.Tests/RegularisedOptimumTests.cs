namespace Plumbline.Training.Tests;

public sealed class RegularisedOptimumTests
{
    private static readonly double[] Reference = [.55, .3, .14, .01], True = [.2, .6, 1, 0], Proxy = [.2, .6, 1, 1.4];

    [Theory] // π_ref·e^(R/λ)/Z and λ·log Z by hand
    [InlineData(1, .6457, .54434)]
    [InlineData(.2, .9526, .67109)]
    [InlineData(.1, .9975, .73093)]
    public void Two_rewrites_worth_2_and_8_tenths(double price, double better, double value)
    {
        Assert.Equal(better, RegularisedOptimum.Policy([.5, .5], [.2, .8], price)[1], 5e-5);
        Assert.Equal(value, RegularisedOptimum.Value([.5, .5], [.2, .8], price), 5e-6);
    }

    [Theory]
    [InlineData(.1)]
    [InlineData(.7)]
    [InlineData(3)]
    public void The_value_is_reward_less_the_price_of_divergence_and_nothing_near_is_worth_more(double price)
    {
        var best = RegularisedOptimum.Policy(Reference, Proxy, price);
        Assert.Equal(RegularisedOptimum.Value(Reference, Proxy, price), Worth(best), 10);
        var draws = new Draws(1, "near");
        for (var other = 0; other < 100; other++)
            Assert.True(Worth(RegularisedOptimum.Policy(best, [draws.NextDouble(), draws.NextDouble(), draws.NextDouble(), draws.NextDouble()], 3)) <= Worth(best));

        double Worth(double[] policy) => policy.Zip(Proxy, (share, reward) => share * reward).Sum() - price * RegularisedOptimum.Divergence(policy, Reference);
    }

    [Fact] // a proxy that likes the worst answer best: the truth rises, then falls, while the proxy climbs (114)
    public void Too_small_a_price_optimises_the_proxy_and_not_the_truth()
    {
        var policies = ((double[])[10, 2, 1, .5, .2, .1]).Select(price => RegularisedOptimum.Policy(Reference, Proxy, price)).ToArray();
        double[] proxies = [.. policies.Select(policy => Dot(policy, Proxy))], truths = [.. policies.Select(policy => Dot(policy, True))];
        Assert.Equal(proxies.Order(), proxies);
        Assert.True(truths.Max() > truths[0] && truths.Max() > truths[^1]);
        Assert.True(truths[^1] < truths[0]);

        static double Dot(double[] policy, double[] rewards) => policy.Zip(rewards, (share, reward) => share * reward).Sum();
    }

    [Fact]
    public void Rewards_of_any_size_do_not_overflow() => Assert.Equal([0, 1], RegularisedOptimum.Policy([.5, .5], [0, 1e6], .1));

    [Fact]
    public void Divergence_from_itself_is_0_and_from_others_more()
    {
        Assert.Equal(0, RegularisedOptimum.Divergence(Reference, Reference));
        Assert.Equal(Math.Log(2), RegularisedOptimum.Divergence([1, 0], [.5, .5]), 12);
    }
}
