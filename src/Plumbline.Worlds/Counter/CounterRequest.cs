namespace Plumbline.Worlds.Counter;

/// <summary>What a customer wants and the facts that were stated; a fact that was not stated is null.</summary>
public abstract record CounterRequest
{
    /// <summary>What the clerk has understood, as the first sentence of the deliberation.</summary>
    public abstract string Facts { get; }

    /// <summary>Whether a fact belongs to this kind of request and was not stated.</summary>
    internal virtual bool Lacks(Fact fact) => false;
}

/// <summary>A customer wants to give something back.</summary>
/// <param name="Item">What.</param>
/// <param name="Days">Days since it was bought.</param>
/// <param name="Price">Dollars paid.</param>
/// <param name="Receipt">Whether there is a receipt.</param>
/// <param name="Member">Whether the customer is a member; not stated counts as not.</param>
/// <param name="Faulty">Whether it does not work; not stated counts as working.</param>
public sealed record ReturnRequest(string Item, int? Days, int? Price, bool? Receipt, bool Member, bool Faulty) : CounterRequest
{
    /// <inheritdoc/>
    public override string Facts => $"A return: {Item}, {CounterCatalogue.CategoryOf(Item)}" + (Days is { } days ? $", {days} days" : "") + (Price is { } price ? $", {price} dollars" : "")
        + Receipt switch { true => ", receipt", false => ", no receipt", null => "" } + (Member ? ", member" : "") + (Faulty ? ", faulty" : "") + ".";

    internal override bool Lacks(Fact fact) => fact switch
    {
        Fact.Days => Days is null,
        Fact.Price => Price is null,
        Fact.Receipt => Receipt is null,
        _ => false,
    };
}

/// <summary>A customer wants to buy something.</summary>
/// <param name="Item">What.</param>
/// <param name="Age">The customer's age in years.</param>
public sealed record PurchaseRequest(string Item, int? Age) : CounterRequest
{
    /// <inheritdoc/>
    public override string Facts => $"A purchase: {Item}, {CounterCatalogue.CategoryOf(Item)}" + (Age is { } age ? $", age {age}" : "") + ".";

    internal override bool Lacks(Fact fact) => fact == Fact.Age && Age is null;
}

/// <summary>A customer asks for a service.</summary>
/// <param name="Service">Which.</param>
public sealed record ServiceRequest(string Service) : CounterRequest
{
    /// <inheritdoc/>
    public override string Facts => $"A service: {Service}.";
}

/// <summary>A customer asks for something that may have to be kept secret.</summary>
/// <param name="Secret">Which secret.</param>
public sealed record SecretRequest(string Secret) : CounterRequest
{
    /// <inheritdoc/>
    public override string Facts => $"A secret: {Secret}.";
}
