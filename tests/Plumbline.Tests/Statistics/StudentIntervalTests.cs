using Plumbline.Statistics;

namespace Plumbline.Tests.Statistics;

public sealed class StudentIntervalTests
{
    [Fact] // mean 3, s = √2.5 = 1.58114, t(0.975; 4) = 2.77645, half = 2.77645 · 1.58114 / √5 = 1.96325
    public void Five_values_have_four_degrees_of_freedom()
    {
        var estimate = StudentInterval.Of([1, 2, 3, 4, 5]);
        Assert.Equal(3, estimate.Value);
        Assert.Equal(1.03676, estimate.Low, 4);
        Assert.Equal(4.96324, estimate.High, 4);
    }

    [Fact]
    public void One_value_has_no_interval() => Assert.Throws<ArgumentOutOfRangeException>(() => StudentInterval.Of([1]));
}
