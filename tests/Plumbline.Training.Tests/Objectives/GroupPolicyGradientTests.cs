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
        Assert.All(new GroupPolicyGradient().Advantages([1, 2, 3]).Zip(expected), each => Assert.Equal(each.Second, each.First, 12));
    }

    [Property]
    public bool Advantages_do_not_change_with_the_scale_of_rewards(byte first, byte second, byte third) =>
        new GroupPolicyGradient().Advantages([first, second, third]).Zip(new GroupPolicyGradient().Advantages([3.0 * first + 5, 3.0 * second + 5, 3.0 * third + 5])).All(each => Math.Abs(each.First - each.Second) < 1e-9);

    [Fact] // 0.1 is not exact: the mean of equal rewards may differ from them in the last bit
    public void Equal_rewards_say_nothing() => Assert.Equal([0, 0, 0], new GroupPolicyGradient().Advantages([0.1, 0.1, 0.1]));

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
        Assert.Equal(0.7 * Math.Log(1.4) + 0.3 * Math.Log(0.6), (policy.exp() * TokenDivergence.Of(policy, reference)).sum().item<double>(), 12);
    }

    [Property]
    public bool The_estimate_is_never_negative(sbyte policy, sbyte reference) =>
        TokenDivergence.Of(tensor([policy / 20.0]), tensor([reference / 20.0])).item<double>() >= 0;

    [Fact] // ratios 1.5, 1, 0.5, 1.1 at ε = 0.2: two left the band
    public void Statistics_count_the_tokens_that_left_the_band()
    {
        var policy = tensor([1.5, 1.0, 0.5, 1.1]).log();
        var statistics = new GroupPolicyGradient().Compute(new(policy, zeros(4, float64), policy, ones(4, float64))).Statistics;
        Assert.Equal(0.5, statistics["clipped"].item<float>(), 6);
        Assert.Equal(0, statistics["divergence"].item<double>(), 12);
    }

    [Fact] // u = 0.2: 0.2, 0.02, and e^(−0.2) + 0.2 − 1
    public void The_three_estimates_are_those_of_Schulman()
    {
        var (policy, reference) = (tensor([-1.0]), tensor([-1.2]));
        Assert.Equal(0.2, TokenDivergence.Of(policy, reference, DivergenceEstimate.K1).item<double>(), 12);
        Assert.Equal(0.02, TokenDivergence.Of(policy, reference, DivergenceEstimate.K2).item<double>(), 12);
        Assert.Equal(0.018730753, TokenDivergence.Of(policy, reference, DivergenceEstimate.K3).item<double>(), 9);
    }

    [Theory] // token losses −1, −2 | −4, −5, −6 of two answers
    [InlineData(LossMean.Tokens, -3.6)] // 18/5
    [InlineData(LossMean.Answers, -3.25)] // (1.5 + 5)/2
    [InlineData(LossMean.Length, -0.9)] // (3 + 15)/10/2
    public void What_the_loss_is_a_mean_of_decides_what_long_answers_weigh(LossMean mean, double expected)
    {
        var same = zeros(5, float64);
        var found = new GroupPolicyGradient(Beta: 0) { Mean = mean, Length = 10 }.Compute(new(same, same, same, tensor([1.0, 2, 4, 5, 6])) { Answer = tensor([0L, 0, 1, 1, 1]), Answers = 2 });
        Assert.Equal(expected, found.Value.item<double>(), 9);
    }

    [Theory] // ε′ = 0.28 above, ε = 0.2 below
    [InlineData(1.25, 1, -1.25, 0)]
    [InlineData(1.5, 1, -1.28, 1)]
    [InlineData(0.5, -1, 0.8, 1)]
    public void The_clip_may_be_higher_above_than_below(double ratio, double advantage, double loss, double clipped)
    {
        var found = new GroupPolicyGradient(Beta: 0) { ClipAbove = 0.28 }.Compute(new(tensor([Math.Log(ratio)]), zeros(1, float64), zeros(1, float64), tensor([advantage])));
        Assert.Equal(loss, found.Value.item<double>(), 9);
        Assert.Equal(clipped, found.Statistics["clipped"].item<float>());
    }

    [Fact] // ratios e^0.3, e^−0.1 have the geometric mean e^0.1; e^1, e^0.2 one of e^0.6, which is clipped at 1.2: −(1.105171·1 + 1.2·2)/2
    public void An_answer_may_have_one_ratio()
    {
        using var policy = tensor([0.3, -0.1, 1, 0.2], requires_grad: true);
        var none = zeros(4, float64);
        var value = new GroupPolicyGradient(Beta: 0) { SequenceRatio = true, Mean = LossMean.Answers }.Compute(new(policy, none, none, tensor([1.0, 1, 2, 2])) { Answer = tensor([0L, 0, 1, 1]), Answers = 2 }).Value;
        value.backward();
        Assert.Equal(-(Math.Exp(0.1) + 2.4) / 2, value.item<double>(), 9);
        double slope = -Math.Exp(0.1) / 4; // of each token of the first answer: half of the ratio, half of the mean
        Assert.All(policy.grad!.data<double>().ToArray().Zip((double[])[slope, slope, 0, 0]), each => Assert.Equal(each.Second, each.First, 9));
    }

    [Theory] // identity 9: answers in another order
    [InlineData(LossMean.Tokens, false)]
    [InlineData(LossMean.Answers, true)]
    [InlineData(LossMean.Length, true)]
    public void The_order_of_answers_does_not_matter(LossMean mean, bool sequence)
    {
        var objective = new GroupPolicyGradient { Mean = mean, SequenceRatio = sequence };
        var (policy, behaviour, advantages, answers) = (tensor([-1.0, -0.4, -2, -0.7, -0.9]), tensor([-1.1, -0.2, -2.3, -0.7, -1.0]), tensor([1.0, 1, -0.5, -0.5, -0.5]), tensor([0L, 0, 1, 1, 1]));
        var order = tensor([2L, 3, 4, 0, 1]);
        Tensor At(Tensor column) => column.index_select(0, order);
        var one = objective.Compute(new(policy, behaviour, behaviour, advantages) { Answer = answers, Answers = 2 }).Value.item<double>();
        var other = objective.Compute(new(At(policy), At(behaviour), At(behaviour), At(advantages)) { Answer = tensor([0L, 0, 0, 1, 1]), Answers = 2 }).Value.item<double>();
        Assert.Equal(one, other, 12);
    }

    [Theory] // identity 9: every token twice
    [InlineData(LossMean.Tokens, false)]
    [InlineData(LossMean.Answers, false)]
    [InlineData(LossMean.Answers, true)]
    public void Tokens_written_twice_leave_means_as_they_are(LossMean mean, bool sequence)
    {
        var objective = new GroupPolicyGradient { Mean = mean, SequenceRatio = sequence };
        var (policy, behaviour, advantages, answers) = (tensor([-1.0, -0.4, -2]), tensor([-1.1, -0.2, -2.3]), tensor([1.0, 1, -0.5]), tensor([0L, 0, 1]));
        var twice = tensor([0L, 0, 1, 1, 2, 2]);
        Tensor At(Tensor column) => column.index_select(0, twice);
        Assert.Equal(objective.Compute(new(policy, behaviour, behaviour, advantages) { Answer = answers, Answers = 2 }).Value.item<double>(),
            objective.Compute(new(At(policy), At(behaviour), At(behaviour), At(advantages)) { Answer = At(answers), Answers = 2 }).Value.item<double>(), 12);
    }

    [Fact]
    public void Where_the_divergence_is_in_the_reward_it_is_not_in_the_loss() =>
        Assert.Equal(-1, new GroupPolicyGradient(Beta: 5) { DivergenceInReward = true }.Compute(new(tensor([-1.0]), tensor([-1.0]), tensor([-3.0]), tensor([1.0]))).Value.item<double>(), 12);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0.2, -1)]
    [InlineData(0.2, double.NaN)]
    public void Settings_that_mean_nothing_are_refused(double clip, double beta) => Assert.Throws<ArgumentOutOfRangeException>(() => new GroupPolicyGradient(clip, beta));
}
