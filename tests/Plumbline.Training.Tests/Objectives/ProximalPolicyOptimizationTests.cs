using System.Text.Json;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class ProximalPolicyOptimizationTests
{
    [Fact] // card 114 (a): −0.02·(0.5, 0.3, −0.1), and 1 at the end
    public void Tokens_pay_for_leaving_the_reference_and_the_last_one_gets_the_score()
    {
        var rewards = new ProximalPolicyOptimization().TokenRewards([-1, -1, -1], [-1.5, -1.3, -0.9], 1);
        Assert.All(rewards.Zip((double[])[-0.01, -0.006, 1.002]), each => Assert.Equal(each.Second, each.First, 12));
    }

    [Theory] // card 114 (a) in the first two rows; clip 0.2 otherwise
    [InlineData(1.5, 1, -1.2)]
    [InlineData(0.5, -1, 0.8)]
    [InlineData(1.5, -1, 1.5)]
    [InlineData(0.5, 1, -0.5)]
    public void The_ratio_is_clipped_where_it_would_pay_to_go_further(double ratio, double advantage, double loss)
    {
        var policy = tensor([Math.Log(ratio)]);
        var found = new ProximalPolicyOptimization().Compute(new SampledLogProbs(policy, zeros(1, float64), zeros(1, float64), tensor([advantage])));
        Assert.Equal(loss, found.Value.item<double>(), 9);
        Assert.Equal(1, found.Statistics["clipped"].item<float>());
    }

    [Fact] // identity 7
    public void At_ratio_one_the_loss_is_minus_the_mean_advantage()
    {
        var tokens = tensor([-1.0, -2.0, -0.5]);
        Assert.Equal(-(0.5 - 2 + 3.0) / 3, new ProximalPolicyOptimization().Compute(new SampledLogProbs(tokens, tokens, tokens, tensor([0.5, -2, 3]))).Value.item<double>(), 9);
    }

    [Fact]
    public void Its_gradient_agrees_with_finite_differences()
    {
        double[] policy = [-1.0, -2.0, -0.5, -1.4], behaviour = [-1.3, -1.9, -0.6, -1.4], advantages = [0.5, -2, 3, -0.2];
        Tensor Loss(Tensor now) => new ProximalPolicyOptimization { ClipRatio = 0.25 }.Compute(new SampledLogProbs(now, tensor(behaviour), tensor(behaviour), tensor(advantages))).Value;
        using var now = tensor(policy, requires_grad: true);
        Loss(now).backward();
        for (var token = 0; token < policy.Length; token++)
        {
            double At(double step) => Loss(tensor([.. policy.Select((each, index) => index == token ? each + step : each)])).item<double>();
            Assert.Equal((At(1e-6) - At(-1e-6)) / 2e-6, now.grad![token].item<double>(), 6);
        }
    }

    [Fact] // mean 2 and deviation 2 of 0, 2, 4: (8 − 2)/2 = 3, clipped at 2.5
    public void Each_stabiliser_of_scores_has_a_switch_of_its_own()
    {
        var all = new RunningScale().With([0, 2, 4]);
        var none = ProximalPolicyOptimization.Plain;
        Assert.Equal(8, none.Normalise(8, all));
        Assert.Equal(6, (none with { CentreScores = true }).Normalise(8, all));
        Assert.Equal(4, (none with { ScaleScores = true }).Normalise(8, all));
        Assert.Equal(2.5, (none with { ClipScores = 2.5 }).Normalise(8, all));
        Assert.Equal(2.5, (none with { CentreScores = true, ScaleScores = true, ClipScores = 2.5 }).Normalise(8, all));
    }

    [Fact]
    public void Each_stabiliser_of_advantages_has_a_switch_of_its_own()
    {
        var all = new RunningScale().With([0, 2, 4]);
        var none = ProximalPolicyOptimization.Plain;
        Assert.Equal(8, none.Whiten(8, all));
        Assert.Equal(3, (none with { WhitenAdvantages = true }).Whiten(8, all), 6);
        Assert.Equal(-1.5, (none with { ClipAdvantages = 1.5 }).Whiten(-8, all));
    }

    [Fact] // moved by 0.5 and by 0.1 from what it was, at a clip of 0.2
    public void The_critic_says_how_much_of_it_is_clipped()
    {
        var found = new ProximalPolicyOptimization().Compute(new TokenValues(tensor([0.9f, 0.3f]), tensor([0.4f, 0.4f]), tensor([0.5f, 0.3f])));
        Assert.Equal(0.04, found.Value.item<float>(), 6);
        Assert.Equal(0.5, found.Statistics["valuesClipped"].item<float>());
    }

    [Fact] // k = .5 with log ratios (1, 0, −1); scores so far have mean 1 and deviation 2: steps worth 3 and −1 are paid 1.5 and (3 − 1 − 1)/2 − 1.5
    public void Steps_are_paid_at_their_last_tokens_and_the_last_one_settles_the_sum()
    {
        var objective = new ProximalPolicyOptimization { DivergencePrice = 0.5 };
        var scores = new RunningScale(2, 1, 4);
        Assert.Equal([-0.5, 1.5, 0.5 - 1], objective.TokenRewards([1, 0, -1], [0, 0, 0], [new(2, 3), new(1, -1)], scores), (one, other) => Math.Abs(one - other) < 1e-12);
        Assert.Equal(objective.TokenRewards([1, 0, -1], [0, 0, 0], objective.Normalise(2, scores)), objective.TokenRewards([1, 0, -1], [0, 0, 0], [new(3, 2)], scores));
        Assert.Equal([0.0, 3, -1], (ProximalPolicyOptimization.Plain with { DivergencePrice = 0 }).TokenRewards([1, 0, -1], [0, 0, 0], [new(2, 3), new(1, -1)], scores));
    }

    [Fact]
    public void Settings_are_the_same_after_they_were_written_down()
    {
        var settings = ProximalPolicyOptimization.Plain with { Trace = 0.5, ClipAdvantages = 3, CriticWarmUp = 2 };
        Assert.Equal(settings, JsonSerializer.Deserialize<ProximalPolicyOptimization>(JsonSerializer.Serialize(settings, JsonSerializerOptions.Web), JsonSerializerOptions.Web));
        var group = new GroupPolicyGradient(0.1, 0.3) { ClipAbove = 0.3, Baseline = GroupBaseline.LeaveOneOut, Scale = DeviationScale.Sample, Mean = LossMean.Length, Estimate = DivergenceEstimate.K1, DivergenceInReward = true };
        Assert.Equal(group, JsonSerializer.Deserialize<GroupPolicyGradient>(JsonSerializer.Serialize(group, JsonSerializerOptions.Web), JsonSerializerOptions.Web));
    }

    [Fact]
    public void Settings_that_mean_nothing_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProximalPolicyOptimization { Trace = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProximalPolicyOptimization { DivergencePrice = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProximalPolicyOptimization { ClipValues = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProximalPolicyOptimization { Updates = 0 });
    }
}
