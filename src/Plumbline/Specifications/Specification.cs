namespace Plumbline;

/// <summary>How a model should behave: values, and the rules that serve them in order of priority.</summary>
/// <remarks>
/// Immutable and versioned; read from and written to <c>*.spec.yaml</c>. A rule that stands earlier outranks a later one,
/// unless the later one names it under <c>overrides</c>. User instructions outrank none of them.
/// </remarks>
public sealed record Specification
{
    /// <summary>What the specification is called.</summary>
    public required string Name { get; init; }

    /// <summary>Its version, three numbers as in semantic versioning.</summary>
    public required string Version { get; init; }

    /// <summary>What the rules are for. Every rule serves at least one.</summary>
    public required IReadOnlyList<Value> Values { get; init; }

    /// <summary>The rules as written, earlier before later.</summary>
    public required IReadOnlyList<Rule> Rules { get; init; }

    /// <summary>The rules in order of priority.</summary>
    public IReadOnlyList<Rule> ByPriority => Rules;
}
