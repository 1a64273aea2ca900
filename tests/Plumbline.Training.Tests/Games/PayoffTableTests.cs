using Plumbline.Training.Games;

namespace Plumbline.Training.Tests.Games;

public sealed class PayoffTableTests
{
    [Fact] // card 024 (a): order model, user
    public void Where_sums_tie_the_user_decides_and_the_product_may_choose_another()
    {
        var vague = new PayoffTable([new(2, 1), new(3, 3), new(2.5, 3.5)]);
        Assert.Equal([1, 2], vague.ParetoSet);
        Assert.Equal(2, vague.Choose());
        Assert.Equal(1, vague.Choose(byProduct: true)); // 9 against 8.75
    }

    [Fact]
    public void Equal_replies_are_both_in_the_Pareto_set_and_the_first_is_chosen()
    {
        var table = new PayoffTable([new(1, 1), new(2, 2), new(2, 2), new(2, 1)]);
        Assert.Equal([1, 2], table.ParetoSet);
        Assert.Equal(1, table.Choose());
    }

    [Fact]
    public void There_is_a_reply() => Assert.Throws<ArgumentException>(() => new PayoffTable([]));
}
