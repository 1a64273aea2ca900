namespace Plumbline;

/// <summary>How much somebody would pay for the better of two answers, asked so that the truth is the best reply: name a bid, a price is drawn, and who bid as much gets the answer at that price (Becker, DeGroot and Marschak 1964; 059).</summary>
/// <param name="Highest">Prices are drawn evenly from 0 to this, &gt; 0, in whatever unit bids are in; what is worth more is bid as this.</param>
/// <param name="PaysBid">Whether who gets the answer pays the bid instead of the price; then the best reply is half of the truth.</param>
public sealed record BiddingQuestion(double Highest, bool PaysBid = false)
{
    private const int Narrowings = 100;

    /// <summary>The highest price.</summary>
    public double Highest { get; } = Highest > 0 && double.IsFinite(Highest) ? Highest : throw new ArgumentOutOfRangeException(nameof(Highest), Highest, "The highest price is greater than 0.");

    /// <summary>What a bid brings in the mean over prices.</summary>
    /// <param name="bid">From 0 to <see cref="Highest"/>.</param>
    /// <param name="worth">What the better answer is worth to who bids, more than the worse one.</param>
    public double Payoff(double bid, double worth)
    {
        if (bid is not >= 0 || bid > Highest)
            throw new ArgumentOutOfRangeException(nameof(bid), bid, $"A bid is from 0 to {Highest}.");
        return bid / Highest * (worth - (PaysBid ? bid : bid / 2));
    }

    /// <summary>The bid of somebody who looks for the one that brings most; found by search, since nothing says to them that it is the truth.</summary>
    /// <param name="worth">What the better answer is worth to them, more than the worse one.</param>
    public double BestBid(double worth)
    {
        var (low, high) = (0.0, Highest);
        for (var narrowing = 0; narrowing < Narrowings; narrowing++) // the payoff has one top
        {
            var (left, right) = (low + (high - low) / 3, high - (high - low) / 3);
            (low, high) = Payoff(left, worth) < Payoff(right, worth) ? (left, high) : (low, right);
        }
        return (low + high) / 2;
    }
}
