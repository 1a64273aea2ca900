using FsCheck.Xunit;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests.Objectives;

public sealed class GroupAdvantageTests
{
    [Theory] // card 087: rewards (1, 0, 0, 1), 1e-4 added to the deviation: 0.5 / (√(1/3) + 1e-4) and 0.5 / (0.5 + 1e-4)
    [InlineData(DeviationScale.Sample, 0.8659)]
    [InlineData(DeviationScale.Population, 0.9998)]
    public void The_two_deviations_differ(DeviationScale scale, double expected)
    {
        double[] signs = [1, -1, -1, 1];
        Assert.All(GroupAdvantage.Of([1, 0, 0, 1], scale: scale, offset: 1e-4).Zip(signs), each => Assert.Equal(each.Second * expected, each.First, 5e-5));
    }

    [Fact] // others of 1: (0 + 0.5)/2, of 0: (1 + 0.5)/2, of 0.5: (1 + 0)/2
    public void Leave_one_out_holds_an_answer_against_the_mean_of_the_others()
    {
        double[] expected = [1 - 0.25, 0 - 0.75, 0.5 - 0.5];
        Assert.All(GroupAdvantage.Of([1, 0, 0.5], GroupBaseline.LeaveOneOut, DeviationScale.None).Zip(expected), each => Assert.Equal(each.Second, each.First, 12));
    }

    [Property]
    public bool Without_a_deviation_advantages_are_differences_of_rewards(byte first, byte second, byte third)
    {
        var found = GroupAdvantage.Of([first, second, third], scale: DeviationScale.None);
        return Math.Abs(found.Sum()) < 1e-9 && (first == second && second == third || Math.Abs(found[0] - found[1] - (first - second)) < 1e-9);
    }

    [Fact]
    public void A_group_of_one_says_nothing() => Assert.Equal([0], GroupAdvantage.Of([3], GroupBaseline.LeaveOneOut, DeviationScale.Sample));

    [Theory] // identity 7
    [InlineData(GroupBaseline.Mean, DeviationScale.Sample)]
    [InlineData(GroupBaseline.LeaveOneOut, DeviationScale.Population)]
    [InlineData(GroupBaseline.LeaveOneOut, DeviationScale.None)]
    public void Equal_rewards_say_nothing(GroupBaseline baseline, DeviationScale scale) => Assert.Equal([0, 0, 0], GroupAdvantage.Of([0.1, 0.1, 0.1], baseline, scale, 0.01));

    [Fact] // to go, γ = ½: (1 + ½·0, 0), (0 + ½·2, 2), (3): the first steps have mean 5/3, the second 1; nothing to hold a third against
    public void A_step_is_held_against_the_same_step_of_the_others()
    {
        double[][] rewards = [[1, 0], [0, 2], [3]], expected = [[-2 / 3.0, -1], [-2 / 3.0, 1], [4 / 3.0]];
        Assert.Equal(expected.SelectMany(each => each), GroupAdvantage.OfSteps(rewards, 0.5, scale: DeviationScale.None).SelectMany(each => each), (one, other) => Math.Abs(one - other) < 1e-12);
        Assert.Equal([0, 0], GroupAdvantage.OfSteps([[1, 5], [6]])[0]); // both have 6 to go, and nobody else has a second step
        Assert.Empty(GroupAdvantage.OfSteps([]));
    }

    [Property]
    public bool With_one_step_each_it_is_the_advantage_of_answers(byte first, byte second, byte third) =>
        GroupAdvantage.OfSteps([[first], [second], [third]]).Select(each => each[0]).SequenceEqual(GroupAdvantage.Of([first, second, third]));
}
