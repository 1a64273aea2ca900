using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Plumbline.Statistics;

namespace Plumbline.Tests.Statistics;

public sealed class WilsonIntervalTests
{
    [Fact] // card ST1
    public void Zero_hits_in_sixty_end_at_six_percent()
    {
        var estimate = WilsonInterval.Of(0, 60);
        Assert.Equal((0, 0), (estimate.Value, estimate.Low));
        Assert.Equal(0.060, estimate.High, 3);
        Assert.Equal(60, estimate.N);
    }

    [Theory] // card ST1; Newcombe 1998, table I (81 of 263); SciPy binomtest(...).proportion_ci('wilson')
    [InlineData(38, 50, 0.6258731624205708, 0.8570260860300828)]
    [InlineData(81, 263, 0.2552885198782742, 0.36620957698280004)]
    [InlineData(1, 1, 0.20654931437723745, 1.0)]
    public void It_agrees_with_published_and_independent_numbers(int hits, int n, double low, double high)
    {
        var estimate = WilsonInterval.Of(hits, n);
        Assert.Equal(low, estimate.Low, 12);
        Assert.Equal(high, estimate.High, 12);
    }

    [Fact]
    public void Of_nothing_nothing_is_known()
    {
        var estimate = WilsonInterval.Of(0, 0);
        Assert.True(double.IsNaN(estimate.Value));
        Assert.Equal((0, 1, 0), (estimate.Low, estimate.High, estimate.N));
    }

    [Property]
    public Property It_holds_its_value_and_mirrors_when_hits_and_misses_change_places() =>
        Prop.ForAll(Counts, count =>
        {
            var (hits, n) = count;
            var (here, there) = (WilsonInterval.Of(hits, n), WilsonInterval.Of(n - hits, n));
            return 0 <= here.Low && here.Low <= here.Value && here.Value <= here.High && here.High <= 1
                && Math.Abs(here.Low - (1 - there.High)) < 1e-12;
        });

    [Property]
    public Property Ten_times_the_evidence_for_the_same_share_narrows_it() =>
        Prop.ForAll(Counts, count => Width(WilsonInterval.Of(10 * count.Hits, 10 * count.N)) < Width(WilsonInterval.Of(count.Hits, count.N)));

    [Fact] // exact: the sum of binomial probabilities of the counts whose interval holds the truth
    public void It_covers_the_truth_about_95_percent_of_the_time()
    {
        foreach (var truth in new[] { 0.1, 0.3, 0.5, 0.9 })
        {
            const int N = 100;
            var covered = Enumerable.Range(0, N + 1).Where(hits => WilsonInterval.Of(hits, N) is var e && e.Low <= truth && truth <= e.High)
                .Sum(hits => MathNet.Numerics.Distributions.Binomial.PMF(truth, N, hits));
            Assert.InRange(covered, 0.93, 0.97);
        }
    }

    [Fact]
    public void More_hits_than_trials_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(3, 2));

    private static Arbitrary<(int Hits, int N)> Counts { get; } =
        (from n in Gen.Choose(1, 500) from hits in Gen.Choose(0, n) select (hits, n)).ToArbitrary();

    private static double Width(Estimate estimate) => estimate.High - estimate.Low;
}
