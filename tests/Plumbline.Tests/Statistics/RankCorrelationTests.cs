using Plumbline.Statistics;

namespace Plumbline.Tests.Statistics;

public sealed class RankCorrelationTests
{
    [Theory] // as scipy.stats.spearmanr gives them; without ties 1 − 6·Σd²/(n³ − n): 1 − 6·4/120 = 0.8, 1 − 6·6/120 = 0.7
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, new double[] { 2, 1, 4, 3, 5 }, 0.8)]
    [InlineData(new double[] { 1, 2, 3, 4, 5 }, new double[] { 3, 1, 2, 4, 5 }, 0.7)]
    [InlineData(new double[] { 3, 2, 1, 0 }, new double[] { 5, 5, 1, 1 }, 0.8944271909999159)]
    [InlineData(new double[] { 1, 10, 100 }, new double[] { 9, 8, 7 }, -1)]
    public void It_is_the_correlation_of_ranks_and_ties_share_theirs(double[] one, double[] other, double expected) => Assert.Equal(expected, RankCorrelation.Of(one, other), 12);

    [Fact]
    public void Values_that_are_all_equal_have_none() => Assert.True(double.IsNaN(RankCorrelation.Of([1, 2], [3, 3])));
}
