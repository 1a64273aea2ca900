using System.Text.Json.Serialization;

namespace Plumbline.Reproductions;

/// <summary>One of the 119 published systems that Plumbline is made of.</summary>
public sealed record Method
{
    /// <summary>Three digits, <c>001</c> to <c>119</c>.</summary>
    public required string Number { get; init; }

    /// <summary>What <c>plumbline reproduce</c> calls it.</summary>
    public required string Name { get; init; }

    /// <summary>The room it lives in, or the rooms, joined by <c>+</c>.</summary>
    public required string Room { get; init; }

    /// <summary>What works when it works.</summary>
    public required string Works { get; init; }

    /// <summary>Title of the paper.</summary>
    public required string Paper { get; init; }

    /// <summary>The experiment that shows it working, or null if there is none yet.</summary>
    [JsonIgnore]
    public IReproduction? Reproduction { get; init; }

    /// <summary>How far it is, which only a registered experiment can raise.</summary>
    [JsonIgnore]
    public MethodStatus Status => Reproduction switch
    {
        null => MethodStatus.Planned,
        { Missing: null } => MethodStatus.Working,
        _ => MethodStatus.Partial,
    };

    /// <summary>The command line that shows it working, or null if nothing can be shown yet.</summary>
    [JsonIgnore]
    public string? Command => Reproduction is null ? null : $"plumbline reproduce {Name}";
}

/// <summary>How far a method is.</summary>
public enum MethodStatus
{
    /// <summary>Nothing can be shown yet.</summary>
    Planned,

    /// <summary>Its experiment runs, and says what is missing.</summary>
    Partial,

    /// <summary>Its experiment runs and covers what the paper is about.</summary>
    Working,
}
