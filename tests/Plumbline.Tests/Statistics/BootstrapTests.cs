using Plumbline.Statistics;

namespace Plumbline.Tests.Statistics;

public sealed class BootstrapTests
{
    [Fact] // card ST2: 50 items × 60 draws, item sd 0.8, draw sd 0.7: the naive interval covers 30 %, the clustered one 95 %
    public void Clustering_by_item_covers_where_counting_draws_does_not()
    {
        const int Worlds = 400;
        var (clustered, naive) = (0, 0);
        for (var world = 0; world < Worlds; world++)
        {
            var random = new Draws(7, "coverage", world);
            var items = Enumerable.Range(0, 50).Select(_ =>
            {
                var item = 0.8 * Normal(random);
                return (IReadOnlyList<double>)[.. Enumerable.Range(0, 60).Select(_ => item + 0.7 * Normal(random))];
            }).ToArray();
            var estimate = ClusteredBootstrap.Mean(items, world, 1000);
            clustered += estimate.Low <= 0 && 0 <= estimate.High ? 1 : 0;

            var draws = items.SelectMany(item => item).ToArray();
            var mean = draws.Average();
            var error = Math.Sqrt(draws.Sum(d => (d - mean) * (d - mean)) / (draws.Length - 1) / draws.Length);
            naive += Math.Abs(mean) <= 1.96 * error ? 1 : 0;
        }

        Assert.InRange((double)clustered / Worlds, 0.91, 0.98);
        Assert.InRange((double)naive / Worlds, 0.24, 0.36);
    }

    [Fact]
    public void The_paired_interval_covers_the_truth_and_is_narrower_than_two_unpaired_ones()
    {
        const int Worlds = 400;
        var covered = 0;
        for (var world = 0; world < Worlds; world++)
        {
            var random = new Draws(11, "paired", world);
            var before = Enumerable.Range(0, 60).Select(_ => Normal(random)).ToArray();
            var after = before.Select(score => score + 0.5 + 0.3 * Normal(random)).ToArray();
            var estimate = PairedBootstrap.Difference(before, after, world, 1000);
            covered += estimate.Low <= 0.5 && 0.5 <= estimate.High ? 1 : 0;
            // Unpaired, the half-width would be about 1.96·√(1/60 + 1.09/60) = 0.37; paired, about 1.96·0.3/√60 = 0.08.
            Assert.True(estimate.High - estimate.Low < 0.25);
        }

        Assert.InRange((double)covered / Worlds, 0.91, 0.98);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_bit_for_bit_and_another_seed_another()
    {
        IReadOnlyList<IReadOnlyList<double>> items = [.. Enumerable.Range(1, 40).Select(i => new[] { 1.0 / i, 2.0 / i })];
        Assert.Equal(ClusteredBootstrap.Mean(items, 1), ClusteredBootstrap.Mean(items, 1));
        Assert.NotEqual(ClusteredBootstrap.Mean(items, 1), ClusteredBootstrap.Mean(items, 2));
    }

    [Fact] // (1 + 0)/2 = 0.5, not (1 + 0 + 0 + 0)/4
    public void An_item_counts_once_however_often_it_was_observed() =>
        Assert.Equal(0.5, ClusteredBootstrap.Mean([[1], [0, 0, 0]], 1).Value);

    [Fact] // of two items {0, 1} a resampled mean is 0, ½ or 1 with probability ¼, ½, ¼: both tails exceed 2.5 %
    public void Two_items_that_disagree_say_nothing()
    {
        var estimate = ClusteredBootstrap.Mean([[0], [1]], 3);
        Assert.Equal((0, 1, 2), (estimate.Low, estimate.High, estimate.N));
    }

    [Fact]
    public void Pairs_that_do_not_pair_are_refused() => Assert.Throws<ArgumentException>(() => PairedBootstrap.Difference([1, 0], [1], 1));

    /// <summary>Box and Muller.</summary>
    private static double Normal(Draws random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
