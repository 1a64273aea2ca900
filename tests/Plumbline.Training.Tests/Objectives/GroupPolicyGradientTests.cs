using FsCheck.Xunit;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class GroupPolicyGradientTests
{
    [Fact] // mean 2, deviation √(2/3)
    public void Advantages_are_rewards_in_deviations_from_their_mean()
    {
        double[] expected = [-Math.Sqrt(1.5), 0, Math.Sqrt(1.5)];
        Assert.All(GroupPolicyGradient.Advantages([1, 2, 3]).Zip(expected), each => Assert.Equal(each.Second, each.First, 12));
    }

    [Property]
    public bool Advantages_do_not_change_with_the_scale_of_rewards(byte first, byte second, byte third) =>
        GroupPolicyGradient.Advantages([first, second, third]).Zip(GroupPolicyGradient.Advantages([3.0 * first + 5, 3.0 * second + 5, 3.0 * third + 5])).All(each => Math.Abs(each.First - each.Second) < 1e-9);

    [Fact] // 0.1 is not exact: the mean of equal rewards may differ from them in the last bit
    public void Equal_rewards_say_nothing() => Assert.Equal([0, 0, 0], GroupPolicyGradient.Advantages([0.1, 0.1, 0.1]));

    [Theory] // ε = 0.2: a good token gains no more above 1.2, a bad one no more below 0.8; the other two corners are not clipped
    [InlineData(1.5, 1, -1.2, 0)]
    [InlineData(1.5, -1, 1.5, 1.5)]
    [InlineData(0.5, 1, -0.5, -0.5)]
    [InlineData(0.5, -1, 0.8, 0)]
    [InlineData(1.1, 2, -2.2, -2.2)]
    public void The_ratio_is_clipped_where_it_would_pay_to_go_further(double ratio, double advantage, double loss, double slope)
    {
        using var policy = tensor([-2.0 + Math.Log(ratio)], requires_grad: true);
        var value = new GroupPolicyGradient(0.2, 0).PerToken(new(policy, tensor([-2.0]), tensor([-2.0]), tensor([advantage]))).sum();
        value.backward();
        Assert.Equal(loss, value.item<double>(), 9);
        Assert.Equal(slope, policy.grad!.item<double>(), 9);
    }

    [Fact] // identity 7
    public void At_ratio_one_the_loss_is_minus_the_mean_advantage()
    {
        var tokens = tensor([-1.0, -2.0, -0.5, -3.0]);
        Assert.Equal(-0.375, new GroupPolicyGradient().Compute(new(tokens, tokens, tokens, tensor([1.0, 2.0, -1.0, -0.5]))).Value.item<double>(), 9);
    }

    [Fact] // e^(−0.2) + 0.2 − 1 = 0.018731; its slope is 1 − e^(−0.2)
    public void The_pull_to_the_reference_is_the_k3_estimate()
    {
        using var policy = tensor([-1.0], requires_grad: true);
        var value = new GroupPolicyGradient(0.2, 0.5).PerToken(new(policy, tensor([-1.0]), tensor([-1.2]), tensor([0.0]))).sum();
        value.backward();
        Assert.Equal(0.5 * 0.018730753, value.item<double>(), 8);
        Assert.Equal(0.5 * (1 - Math.Exp(-0.2)), policy.grad!.item<double>(), 9);
    }

    [Fact] // Σ p·k3 over all tokens of p = (0.7, 0.3) against q = (0.5, 0.5) is KL = 0.7·log 1.4 + 0.3·log 0.6
    public void The_estimate_has_the_divergence_as_its_expectation()
    {
        var (policy, reference) = (tensor([0.7, 0.3]).log(), tensor([0.5, 0.5]).log());
        Assert.Equal(0.7 * Math.Log(1.4) + 0.3 * Math.Log(0.6), (policy.exp() * GroupPolicyGradient.Divergence(policy, reference)).sum().item<double>(), 12);
    }

    [Property]
    public bool The_estimate_is_never_negative(sbyte policy, sbyte reference) =>
        GroupPolicyGradient.Divergence(tensor([policy / 20.0]), tensor([reference / 20.0])).item<double>() >= 0;

    [Fact] // ratios 1.5, 1, 0.5, 1.1 at ε = 0.2: two left the band
    public void Statistics_count_the_tokens_that_left_the_band()
    {
        var policy = tensor([1.5, 1.0, 0.5, 1.1]).log();
        var statistics = new GroupPolicyGradient().Compute(new(policy, zeros(4, float64), policy, ones(4, float64))).Statistics;
        Assert.Equal(0.5, statistics["clipped"].item<float>(), 6);
        Assert.Equal(0, statistics["divergence"].item<double>(), 12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0.2, -1)]
    [InlineData(0.2, double.NaN)]
    public void Settings_that_mean_nothing_are_refused(double clip, double beta) => Assert.Throws<ArgumentOutOfRangeException>(() => new GroupPolicyGradient(clip, beta));
}
