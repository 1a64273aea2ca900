namespace Plumbline.Deliberation;

/// <summary>What one request may cost over all stages of a pipeline together; what is null is not limited.</summary>
/// <remarks>
/// A call that is under way is not broken off for its tokens or its price, which are known when it is done: calls side by side may together pass those two limits by what each of them costs.
/// The number of calls is never passed, and at the end of the time calls under way are broken off.
/// </remarks>
public sealed record Budget
{
    /// <summary>Nothing is limited.</summary>
    public static Budget Unlimited { get; } = new();

    /// <summary>Calls of models, at least 1.</summary>
    public int? Calls
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A budget allows one call at least.");
    }

    /// <summary>Tokens read and written, at least 1.</summary>
    public long? Tokens
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A budget allows one token at least.");
    }

    /// <summary>Time from the request on, more than zero.</summary>
    public TimeSpan? Time
    {
        get;
        init => field = value is null || value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A budget allows more than no time.");
    }

    /// <summary>Money, in the currency of <see cref="Price"/>, more than zero.</summary>
    public decimal? Money
    {
        get;
        init => field = value is null or > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A budget allows more than no money.");
    }

    /// <summary>What tokens cost; without it nothing costs money.</summary>
    public TokenPrice? Price { get; init; }

    internal void Validate()
    {
        if (Money is not null && Price is null)
            throw new ArgumentException("The budget limits money, and no price says what tokens cost. Set Price.", nameof(Money));
    }
}

/// <summary>What a model's tokens cost.</summary>
/// <param name="InputPerMillion">Price of a million tokens that it reads, 0 or more.</param>
/// <param name="OutputPerMillion">Price of a million tokens that it writes, 0 or more.</param>
public sealed record TokenPrice(decimal InputPerMillion, decimal OutputPerMillion)
{
    /// <summary>The price of so many tokens.</summary>
    public decimal Of(long input, long output) => (input * InputPerMillion + output * OutputPerMillion) / 1_000_000m;
}
