namespace Plumbline.Auditing.Tests.Bias;

public sealed class LeanIndexTests
{
    [Fact] // m₁ = (0.8 + 0.4)/2 = 0.6, m₂ = −0.2: lean 0.4, acquiescence 0.2
    public void It_is_half_of_what_separates_the_sides_and_each_side_counts_the_same()
    {
        var index = LeanIndex.Of([(true, 0.9), (true, 0.7), (false, 0.4)]);
        Assert.Equal(0.4, index.Lean, 12);
        Assert.Equal(0.2, index.Acquiescence, 12);
    }

    [Fact]
    public void Saying_yes_to_everything_is_no_lean() => Assert.Equal(new LeanIndex(0, 1), LeanIndex.Of([(true, 1), (true, 1), (false, 1)]));

    [Fact]
    public void A_side_without_statements_and_agreement_that_is_no_share_are_refused()
    {
        Assert.Throws<ArgumentException>(() => LeanIndex.Of([(true, 1)]));
        Assert.Throws<ArgumentException>(() => LeanIndex.Of([(true, double.NaN), (false, 1)]));
    }
}
