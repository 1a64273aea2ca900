using FsCheck;
using FsCheck.Xunit;

namespace Plumbline.Deliberation.Tests.Selection;

public sealed class DirectionsTests
{
    private const double Degree = Math.PI / 180;

    [Fact] // the released grid runs from -40 to 40 degrees whatever the target is; one of 45 degrees then has neighbours on one side alone, and not itself
    public void Of_two_attributes_the_nearest_on_a_grid_of_five_degrees_around_the_target_are_taken_and_the_target_is_among_them()
    {
        var around = Directions.Around([1, 1], 5, 30 * Degree, new Draws(1, "test"));
        Assert.Equal([45, 40, 50, 35, 55], around.Select(each => Math.Round(Math.Atan2(each[1], each[0]) / Degree)));
    }

    [Fact]
    public void At_the_edge_no_weight_is_negative() =>
        Assert.Equal([0, 5, 10, 15], Directions.Around([1, 0], 4, 30 * Degree, new Draws(1, "test")).Select(each => Math.Round(Math.Atan2(each[1], each[0]) / Degree)));

    [Property]
    public void Of_more_attributes_all_lie_within_the_angle_are_of_length_one_and_not_negative(PositiveInt seed, PositiveInt attributes)
    {
        var draws = new Draws(seed.Get, "test");
        double[] target = [.. Enumerable.Range(0, 3 + attributes.Get % 5).Select(_ => draws.NextDouble() + 0.01)];
        var around = Directions.Around(target, 6, 30 * Degree, draws);
        Assert.Equal(6, around.Count);
        Assert.Equal(Directions.Unit(target), around[0]);
        Assert.All(around, each => Assert.InRange(each.Sum(weight => weight * weight), 1 - 1e-9, 1 + 1e-9));
        Assert.All(around, each => Assert.True(each.All(weight => weight >= 0)));
        Assert.All(around, each => Assert.InRange(Directions.Angle(around[0], each), 0, 30 * Degree + 1e-9));
    }

    [Theory, InlineData(), InlineData(0.0, 0.0), InlineData(-1.0, 1.0), InlineData(double.NaN, 1.0)]
    public void Weights_that_point_nowhere_are_refused(params double[] weights) => Assert.Throws<ArgumentException>(() => Directions.Unit(weights));
}
