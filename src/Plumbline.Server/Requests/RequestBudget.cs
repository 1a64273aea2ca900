using System.Globalization;
using Microsoft.AspNetCore.Http;
using Plumbline.Deliberation;

namespace Plumbline.Server.Requests;

/// <summary>Reads what a request may cost from its headers.</summary>
internal static class RequestBudget
{
    private const string Calls = "x-plumbline-budget-calls";
    private const string Tokens = "x-plumbline-budget-tokens";
    private const string Seconds = "x-plumbline-budget-seconds";
    private const string Money = "x-plumbline-budget-money";

    /// <summary>The budget of a request: what it asks for, and never more than it may.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="most">What it may cost at most.</param>
    /// <param name="price">What the model's tokens cost, or null.</param>
    /// <exception cref="InputException">A header is no such number.</exception>
    public static Budget Read(IHeaderDictionary headers, Budget most, TokenPrice? price)
    {
        var money = Least(Number(headers, Money, 1e12m), most.Money);
        if (money is not null && price is null)
            throw new InputException(Money, "nothing says what the tokens of this model cost.", "Limit calls, tokens or seconds, or have a price for the model put into the gateway's configuration.");
        return new Budget
        {
            Calls = (int?)Least(Whole(headers, Calls, 10_000), most.Calls),
            Tokens = (long?)Least(Whole(headers, Tokens, 1e12m), most.Tokens),
            Time = Least(Number(headers, Seconds, 86_400), (decimal?)most.Time?.TotalSeconds) is { } seconds ? TimeSpan.FromSeconds((double)seconds) : null,
            Money = money,
            Price = price,
        };
    }

    private static decimal? Least(decimal? one, decimal? other) => one is null || other < one ? other : one;

    private static decimal? Whole(IHeaderDictionary headers, string name, decimal most) =>
        Number(headers, name, most) is not { } number ? null : number >= 1 && number == Math.Floor(number) ? number : throw Wrong(name, "a whole number from 1", most);

    private static decimal? Number(IHeaderDictionary headers, string name, decimal most)
    {
        if (!headers.TryGetValue(name, out var values))
            return null;
        return values.Count == 1 && decimal.TryParse(values[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most ? number : throw Wrong(name, "a number above 0", most);
    }

    private static InputException Wrong(string name, string expected, decimal most) =>
        new(name, "it is no such budget.", string.Create(CultureInfo.InvariantCulture, $"Send {expected} up to {most}, or leave the header out."));
}
