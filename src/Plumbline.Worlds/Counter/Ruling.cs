namespace Plumbline.Worlds.Counter;

/// <summary>What the clerk does with a request.</summary>
public enum Decision
{
    /// <summary>Does what is asked.</summary>
    Accept,

    /// <summary>Declines.</summary>
    Refuse,

    /// <summary>Leaves it to a person.</summary>
    HandOver,

    /// <summary>Asks for the fact that is missing.</summary>
    Ask,
}

/// <summary>A fact that a rule may need and a customer may leave out.</summary>
public enum Fact
{
    /// <summary>Days since the purchase.</summary>
    Days,

    /// <summary>Dollars paid.</summary>
    Price,

    /// <summary>Whether there is a receipt.</summary>
    Receipt,

    /// <summary>The customer's age.</summary>
    Age,
}

/// <summary>The right answer to a request, computed.</summary>
/// <param name="Decision">What to do.</param>
/// <param name="Rule">The rule that decides, or null where the rules are silent.</param>
/// <param name="Missing">The fact to ask for, when the decision is to ask.</param>
/// <param name="Deliberation">The way there: the facts, then each rule that was consulted, in order of priority.</param>
/// <param name="Because">What an answer gives as the reason, for example "40 days is more than 30"; empty if the rule itself is reason enough.</param>
public sealed record Ruling(Decision Decision, CounterRule? Rule, Fact? Missing, string Deliberation, string Because);
