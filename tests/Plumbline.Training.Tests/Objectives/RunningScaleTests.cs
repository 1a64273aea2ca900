using FsCheck.Xunit;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests.Objectives;

public sealed class RunningScaleTests
{
    [Fact] // 1, 2, 4, 9: mean 4, squares 9 + 4 + 0 + 25 = 38, deviation √(38/3)
    public void Some_at_a_time_come_to_the_same_as_all_at_once()
    {
        var scale = new RunningScale().With([1, 2]).With([4]).With([9]);
        Assert.Equal(4, scale.Mean, 12);
        Assert.Equal(Math.Sqrt(38.0 / 3), scale.Deviation, 12);
    }

    [Property]
    public bool The_order_of_parts_does_not_matter(byte[] first, byte[] second)
    {
        double[] Numbers(byte[] bytes) => [.. bytes.Select(each => each / 7.0)];
        var (one, other) = (new RunningScale().With(Numbers(first)).With(Numbers(second)), new RunningScale().With(new RunningScale().With(Numbers(second))).With(new RunningScale().With(Numbers(first))));
        return one.Count == other.Count && Math.Abs(one.Mean - other.Mean) < 1e-9 && Math.Abs(one.Squares - other.Squares) < 1e-6;
    }

    [Fact]
    public void As_long_as_nothing_is_known_of_the_deviation_it_is_1()
    {
        Assert.Equal(1, new RunningScale().With([3]).Deviation);
        Assert.Equal(1, new RunningScale().With([3, 3, 3]).Deviation);
    }
}
