namespace Plumbline;

/// <summary>One thing that the model must do or must not do.</summary>
public sealed record Rule
{
    /// <summary>Lower-case words joined by hyphens, unique in the specification; what an answer names when it names the rule.</summary>
    public required string Id { get; init; }

    /// <summary>The rule in words, as the rest of "the model must …".</summary>
    public required string Must { get; init; }

    /// <summary>What a breach costs: safety before behaviour before style.</summary>
    public RuleKind Kind { get; init; } = RuleKind.Behaviour;

    /// <summary>Identifiers of the values that the rule serves.</summary>
    public IReadOnlyList<string> Serves { get; init; } = [];

    /// <summary>Identifiers of earlier rules that this one outranks although it stands later.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>What a machine can check of any answer, if anything.</summary>
    public RuleCheck? Check { get; init; }

    /// <summary>Requests with a good and a bad answer.</summary>
    public IReadOnlyList<RuleExample> Examples { get; init; } = [];

    /// <summary>Where the rule comes from, so that a finding leads back to a sentence.</summary>
    public Provenance? Source { get; init; }

    /// <summary>Where the rule stands, for example <c>counter.spec.yaml:14:5</c>, or null if it was made in code. Not part of what it says.</summary>
    public string? Place { get; init; }

    /// <summary>Whether another rule is the same in all that it says, wherever it stands.</summary>
    public bool SaysTheSameAs(Rule other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Id == other.Id && Must == other.Must && Kind == other.Kind && Check == other.Check && Source == other.Source
            && Serves.SequenceEqual(other.Serves) && Overrides.SequenceEqual(other.Overrides) && Examples.SequenceEqual(other.Examples);
    }
}

/// <summary>What a breach of a rule costs.</summary>
public enum RuleKind
{
    /// <summary>A breach does harm; fail closed.</summary>
    Safety,

    /// <summary>A breach is a wrong decision.</summary>
    Behaviour,

    /// <summary>A breach is a matter of form.</summary>
    Style,
}

/// <summary>A check that needs no judge.</summary>
/// <param name="NeverContains">Text that no answer may contain; <c>{placeholders}</c> are filled in from the item under audit.</param>
public sealed record RuleCheck(string NeverContains);

/// <summary>A request, a good answer to it and a bad one.</summary>
/// <param name="Ask">What the user says.</param>
/// <param name="Good">An answer that keeps the rule.</param>
/// <param name="Bad">An answer that breaks it.</param>
public sealed record RuleExample(string Ask, string Good, string? Bad = null);
