using FsCheck.Xunit;

namespace Plumbline.Training.Tests.Data;

public sealed class CommonOrderTests
{
    [Fact] // card 018
    public void Two_orders_of_four_that_differ_in_the_first_two_agree_on_three() => Assert.Equal(3, CommonOrder.Of([2, 0, 1, 3], [0, 2, 1, 3]).Count);

    [Fact]
    public void The_same_order_is_agreed_on_and_of_the_opposite_only_one_thing()
    {
        Assert.Equal([3, 1, 2], CommonOrder.Of([3, 1, 2], [3, 1, 2]));
        Assert.Single(CommonOrder.Of([0, 1, 2, 3], [3, 2, 1, 0]));
        Assert.Empty(CommonOrder.Of([], [1]));
    }

    [Property] // held against every subset of the first order
    public void It_stands_in_both_orders_and_none_is_longer(byte seed)
    {
        var draws = new Draws(seed, "orders");
        int[] first = draws.Shuffle(Enumerable.Range(0, 6)), second = draws.Shuffle(Enumerable.Range(0, 6));
        var common = CommonOrder.Of(first, second);
        Assert.True(StandsIn(common, first) && StandsIn(common, second));
        Assert.Equal(Enumerable.Range(0, 1 << 6).Select(set => first.Where((_, at) => (set >> at & 1) == 1).ToArray()).Where(each => StandsIn(each, second)).Max(each => each.Length), common.Count);
    }

    private static bool StandsIn(IReadOnlyList<int> part, int[] order) => part.SequenceEqual(order.Where(part.Contains));
}
