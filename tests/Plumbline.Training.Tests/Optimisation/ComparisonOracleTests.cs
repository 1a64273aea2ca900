using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Optimisation;

public sealed class ComparisonOracleTests
{
    public ComparisonOracleTests() => LibTorch.EnsureLoaded();

    [Theory] // two normal numbers of correlation ρ are above and below 0 with probability 1/4 − arcsin(ρ)/(2π)
    [InlineData(0, 0.25)]
    [InlineData(0.5, 1 / 6.0)]
    [InlineData(0.9, 0.0718)]
    public void As_many_directions_succeed_as_two_correlated_slopes_let(double correlation, double share)
    {
        using var scope = NewDisposeScope();
        var step = new ComparisonOracle(4000, LeastSuccess: 0.05).Propose(zeros(2, ScalarType.Float64), weights => weights.data<double>() is var at ? (at[0], correlation * at[0] + Math.Sqrt(1 - correlation * correlation) * at[1]) : default, seed: 1);
        Assert.Equal(share, step.Success, 0.02);
        Assert.True(step.Direction[0].item<double>() < 0 && step.Direction[1].item<double>() > 0); // the step goes against it
        Assert.True(step.Accepted);
    }

    [Fact]
    public void Where_nothing_helps_both_no_step_is_made()
    {
        using var scope = NewDisposeScope();
        var step = new ComparisonOracle(100).Propose(zeros(3), weights => weights.sum().item<float>() is var sum ? (sum, sum) : default, seed: 1);
        Assert.Equal(0, step.Success);
        Assert.False(step.Accepted);
    }

    [Fact]
    public void The_same_seed_gives_the_same_step_and_the_weights_stay_as_they_were()
    {
        using var scope = NewDisposeScope();
        var weights = ones(5);
        var oracle = new ComparisonOracle(50, Threshold: 0.3);
        var (one, same, other) = (Step(1), Step(1), Step(2));
        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
        Assert.Equal([1f, 1f, 1f, 1f, 1f], weights.data<float>().ToArray());

        float[] Step(ulong seed) => oracle.Propose(weights, at => (at[0].item<float>(), at[1].item<float>()), seed).Weights.data<float>().ToArray();
    }

    [Fact]
    public void Small_entries_of_the_direction_are_dropped()
    {
        using var scope = NewDisposeScope();
        var step = new ComparisonOracle(2000, Threshold: 0.2).Propose(zeros(20, ScalarType.Float64), weights => weights.data<double>() is var at ? (at[0], -at[0]) : default, seed: 3);
        Assert.Equal(19, step.Direction.data<double>().ToArray().Count(entry => entry == 0));
    }
}
