using FsCheck.Xunit;
using Plumbline.Training.Games;

namespace Plumbline.Training.Tests.Games;

public sealed class WelfareTests
{
    [Fact] // card 024 (a)
    public void Equal_welfare_beats_unequal_welfare_of_the_same_sum()
    {
        Assert.Equal(0.3, Welfare.Product(0.9, 0.1), 12);
        Assert.Equal(0.5, Welfare.Product(0.5, 0.5), 12);
        Assert.Equal(Welfare.Mean(0.9, 0.1), Welfare.Mean(0.5, 0.5), 12);
    }

    [Fact] // 0.16^¾ · 0.81^¼ = 0.252982 · 0.948683
    public void Shares_need_not_be_equal() => Assert.Equal(0.24, Welfare.Product(0.16, 0.81, 0.75), 9);

    [Property]
    public bool The_product_is_never_more_than_the_mean(byte user, byte model) => Welfare.Product(user, model) <= Welfare.Mean(user, model) + 1e-9;

    [Fact]
    public void Welfare_below_nothing_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Welfare.Product(-0.1, 1));
}
