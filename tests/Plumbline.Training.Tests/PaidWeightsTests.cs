namespace Plumbline.Training.Tests;

/// <summary>What people would pay, made comparable.</summary>
public sealed class PaidWeightsTests
{
    [Fact] // by hand: means 2 and 200, so 0.5, 1.5, 0.5, 1.5, of which the mean is 1
    public void The_rich_count_no_more_than_others() =>
        Assert.Equal([0.5, 1.5, 0.5, 1.5], PaidWeights.Of([("anna", 1), ("anna", 3), ("boris", 100), ("boris", 300)], quantile: 1));

    [Fact] // by hand: 0.4, 0.4, 0.4, 2.8 of the mean 2.5; the third of four is 0.4, so all count the same
    public void The_largest_are_cut() => Assert.Equal([1, 1, 1, 1], PaidWeights.Of([("anna", 1), ("anna", 1), ("anna", 1), ("anna", 7)], quantile: 0.75));

    [Fact]
    public void An_amount_that_is_negative_is_refused_with_its_place() =>
        Assert.Contains("pair 1", Assert.Throws<InputException>(() => PaidWeights.Of([("anna", 1), ("boris", -2)])).Message, StringComparison.Ordinal);

    [Fact]
    public void Amounts_of_nothing_are_refused() => Assert.Throws<InputException>(() => PaidWeights.Of([("anna", 0)]));
}
