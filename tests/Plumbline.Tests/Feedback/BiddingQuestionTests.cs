namespace Plumbline.Tests.Feedback;

/// <summary>What somebody would pay, asked so that the truth is the best reply.</summary>
public sealed class BiddingQuestionTests
{
    [Theory] // by hand: b·(w − b/2)/H is largest at b = w, b·(w − b)/H at b = w/2; nobody can bid more than the highest price
    [InlineData(3, false, 3)]
    [InlineData(3, true, 1.5)]
    [InlineData(0, false, 0)]
    [InlineData(12, false, 10)]
    public void The_best_bid_is_the_truth_where_the_price_is_paid_and_half_of_it_where_the_bid_is(double worth, bool paysBid, double bid) =>
        Assert.Equal(bid, new BiddingQuestion(10, paysBid).BestBid(worth), 1e-6);

    [Fact] // prices from 0 to 4 are half of those to 8, and cost 2 in the mean: ½·(3 − 2)
    public void A_bid_brings_its_mean_over_prices() => Assert.Equal(0.5, new BiddingQuestion(8).Payoff(4, 3), 1e-12);

    [Fact]
    public void A_bid_above_the_highest_price_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new BiddingQuestion(8).Payoff(9, 3));
}
