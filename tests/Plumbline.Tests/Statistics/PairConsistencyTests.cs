using Plumbline.Statistics;

namespace Plumbline.Tests.Statistics;

public sealed class PairConsistencyTests
{
    [Fact] // a: both, b: one, c: none, d stands alone: 1 of 3
    public void Only_pairs_with_both_right_count()
    {
        var estimate = PairConsistency.Of([("a", true), ("b", true), ("c", false), ("a", true), ("b", false), ("c", false), ("d", true)]);
        Assert.Equal((1 / 3.0, 3), (estimate.Value, estimate.N));
    }

    [Fact]
    public void The_same_answer_to_opposite_items_gets_none_though_half_of_the_items_are_right() =>
        Assert.Equal(0, PairConsistency.Of(Enumerable.Range(0, 40).Select(item => ($"{item / 2}", item % 2 == 0))).Value);
}
