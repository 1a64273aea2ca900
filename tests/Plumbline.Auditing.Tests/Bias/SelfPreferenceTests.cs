namespace Plumbline.Auditing.Tests.Bias;

public sealed class SelfPreferenceTests
{
    [Fact] // (0.5 + 0 + 0.5 + 0)/4
    public void It_is_the_mean_excess_over_the_neutral_judge_on_the_same_pairs() =>
        Assert.Equal(0.25, SelfPreference.Of("a", "b", [(1, 0.5), (0.5, 0.5), (1, 0.5), (0, 0)]).Excess.Value, 12);

    [Theory]
    [InlineData("acme", "Acme", true)]
    [InlineData("acme", "other", false)]
    public void A_judge_of_the_subjects_producer_is_marked(string judge, string subject, bool marked) =>
        Assert.Equal(marked, SelfPreference.Of(judge, subject, [(1, 1), (0, 0)]).SharesProducer);

    [Fact]
    public void Too_few_pairs_and_shares_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SelfPreference.Of("a", "b", [(1, 1)]));
        Assert.Throws<ArgumentException>(() => SelfPreference.Of("a", "b", [(1, 1), (1.5, 1)]));
    }

    [Fact]
    public void Half_of_the_gap_is_recovered_half_way() // (0.7 − 0.6)/(0.8 − 0.6)
    {
        Assert.Equal(0.5, SelfPreference.Recovered(0.6, 0.7, 0.8), 12);
        Assert.Throws<ArgumentException>(() => SelfPreference.Recovered(0.6, 0.7, 0.6));
    }
}
