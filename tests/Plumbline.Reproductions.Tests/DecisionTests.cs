using FsCheck.Xunit;

namespace Plumbline.Reproductions.Tests;

public sealed class DecisionTests
{
    [Theory]
    [InlineData(0.91, 0.95, Holds.Yes)]
    [InlineData(0.90, 0.95, Holds.Yes)]
    [InlineData(0.88, 0.92, Holds.Undecided)]
    [InlineData(0.80, 0.89, Holds.No)]
    public void At_least_nine_tenths_is_decided_by_the_whole_interval(double low, double high, Holds holds) => Assert.Equal(holds, Decision.AtLeast(low, high, 0.9));

    [Theory]
    [InlineData(0.1, 0.2, Holds.Yes)]
    [InlineData(-0.1, 0.2, Holds.Undecided)]
    [InlineData(0, 0.2, Holds.Undecided)]
    [InlineData(0, 0, Holds.No)] // arms that are the same to the last bit do not differ
    public void A_difference_holds_if_the_whole_interval_is_above(double low, double high, Holds holds) => Assert.Equal(holds, Decision.Above(low, high, 0));

    [Theory]
    [InlineData(0.495, 0.505, Holds.Yes)]
    [InlineData(0.485, 0.505, Holds.Undecided)]
    [InlineData(0.52, 0.53, Holds.No)]
    [InlineData(0.40, 0.60, Holds.Undecided)]
    public void Near_a_half_is_decided_by_the_whole_interval(double low, double high, Holds holds) => Assert.Equal(holds, Decision.Near(low, high, 0.5, 0.01));

    [Property]
    public void At_most_mirrors_at_least(short a, short b, short bound)
    {
        var (low, high) = (Math.Min(a, b), Math.Max(a, b));
        Assert.Equal(Decision.AtLeast(low, high, bound), Decision.AtMost(-high, -low, -bound));
    }

    [Fact]
    public void One_claim_that_does_not_hold_decides_the_whole()
    {
        static MeasuredClaim Row(Holds holds) => new() { Claim = "c", Measured = 0, Holds = holds };
        ReproductionResult Of(params Holds[] rows) => new("001", "n", "c", false, [.. rows.Select(Row)], []);
        Assert.Equal(Holds.No, Of(Holds.Yes, Holds.No, Holds.Undecided).Holds);
        Assert.Equal(Holds.Undecided, Of(Holds.Yes, Holds.Undecided).Holds);
        Assert.Equal(Holds.Yes, Of(Holds.Yes).Holds);
        Assert.Equal(Holds.Undecided, Of().Holds);
    }
}
