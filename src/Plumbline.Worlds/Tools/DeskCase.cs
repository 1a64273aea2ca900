namespace Plumbline.Worlds.Tools;

/// <summary>A return to be decided.</summary>
/// <param name="Records">Names of the order, the first being the one that the customer knows.</param>
/// <param name="Item">What it was.</param>
/// <param name="Age">How many weeks ago.</param>
/// <param name="Window">For how many weeks such goods are taken back.</param>
public sealed record DeskCase(IReadOnlyList<string> Records, string Item, int Age, int Window)
{
    /// <summary>What is asked.</summary>
    public string Question => $"return of {Records[0]} ?";

    /// <summary>Whether the money is to be given back.</summary>
    public bool Refund => Age <= Window;

    /// <summary>What the decision rests on.</summary>
    public IReadOnlyList<AgentClaim> Claims => [new("what was bought, and when", [Records[^1]]), new("how long it is taken back", [Item])];

    /// <summary>Everything that has to be looked up, in its order, as it is asked for.</summary>
    public IReadOnlyList<string> Lookups => [.. Records.Select(record => $"order {record}"), $"rule {Item}"];

    /// <summary>The right decision with its sources.</summary>
    public string Decision => Decide(Refund);

    /// <summary>A decision with the right sources.</summary>
    public string Decide(bool refund) => $"{(refund ? "refund" : "refuse")} by {Records[^1]} {Item}";

    /// <summary>What a tool says.</summary>
    internal (string Text, string? Source) Answer(string tool, string name) => (tool, Records.ToList().IndexOf(name)) switch
    {
        ("order", var at and >= 0) when at + 1 < Records.Count => ($"{name} moved to {Records[at + 1]} .", name),
        ("order", >= 0) => ($"{name} is {Item} {ReturnsDesk.Weeks[Age - 1]} weeks .", name),
        ("rule", _) when name == Item => ($"{name} within {ReturnsDesk.Weeks[Window - 1]} weeks .", name),
        _ => (ReturnsDesk.Unknown, null),
    };
}
