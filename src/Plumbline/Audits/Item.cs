using Microsoft.Extensions.AI;

namespace Plumbline;

/// <summary>One test case of a suite: what the subject is told, and what right looks like.</summary>
public sealed record Item
{
    /// <summary>Unique in its suite.</summary>
    public required string Id { get; init; }

    /// <summary>What the subject sees, without any rules of the specification.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>What right looks like; the judge of the suite knows its type.</summary>
    public required Reference Reference { get; init; }

    /// <summary>What the report groups by, for example <c>pressure: override</c>.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>What right looks like for an item: a label, a rubric, a secret to keep.</summary>
public abstract record Reference
{
    /// <summary>Identifier of the rule that decides the item, or null where the rules are silent.</summary>
    public abstract string? Rule { get; }
}
