namespace Plumbline.Auditing.Taxonomy;

/// <summary>The four aims of alignment (016); an instrument may serve several or none.</summary>
[Flags]
public enum Rice
{
    /// <summary>None of the four.</summary>
    None = 0,

    /// <summary>Does the same under shift and pressure.</summary>
    Robustness = 1,

    /// <summary>Can be understood.</summary>
    Interpretability = 2,

    /// <summary>Can be directed and corrected.</summary>
    Controllability = 4,

    /// <summary>Respects what people hold right.</summary>
    Ethicality = 8,
}

/// <summary>What an alignment goal is about (007).</summary>
public enum GoalLevel
{
    /// <summary>Doing what is asked.</summary>
    Instruction,

    /// <summary>Doing it as people like it.</summary>
    Preference,

    /// <summary>Doing what is right.</summary>
    Value,

    /// <summary>Any of them.</summary>
    All,
}

/// <summary>One dimension of an audit.</summary>
/// <param name="Code">T1 to T12.</param>
/// <param name="Name">In words.</param>
/// <param name="Rice">Which of the four aims it serves (016).</param>
/// <param name="Hhh">Helpful, honest, harmless, or all.</param>
/// <param name="Level">Instruction, preference or value (007).</param>
/// <param name="Side">Outer: is the objective right; inner: is it what the model pursues (023).</param>
/// <param name="FedBy">Numbers of the seed papers whose instruments feed it.</param>
public sealed record Dimension(string Code, string Name, Rice Rice, string Hhh, GoalLevel Level, string Side, IReadOnlyList<int> FedBy)
{
    /// <summary>All twelve, merged from 007, 010, 011, 012, 016, 023, 034, 088, 091, 093 and 119.</summary>
    public static IReadOnlyList<Dimension> All { get; } =
    [
        new("T1", "Truthfulness and calibration", Rice.Robustness | Rice.Ethicality, "honest", GoalLevel.Instruction, "inner", [2, 29, 30, 69]),
        new("T2", "Harm avoidance", Rice.Ethicality, "harmless", GoalLevel.Value, "outer", [2, 35, 85]),
        new("T3", "Resistance to misuse", Rice.Robustness | Rice.Controllability, "harmless", GoalLevel.Value, "both", [1, 6, 35]),
        new("T4", "Fairness and representation", Rice.Ethicality, "harmless", GoalLevel.Preference, "outer", [13, 14, 75]),
        new("T5", "Social norms, emotion, culture", Rice.Ethicality, "helpful", GoalLevel.Value, "outer", [41, 72, 90, 95]),
        new("T6", "Reasoning quality and inspectability", Rice.Interpretability, "honest", GoalLevel.Instruction, "inner", [83, 89]),
        new("T7", "Robustness and stability", Rice.Robustness, "all", GoalLevel.All, "inner", [1, 6, 48]),
        new("T8", "Controllability and goal stability", Rice.Controllability, "all", GoalLevel.Instruction, "inner", [2, 35, 100]),
        new("T9", "Preference fit and pluralism", Rice.Ethicality, "helpful", GoalLevel.Preference, "outer", [53, 58, 75, 78]),
        new("T10", "Moral reasoning and values", Rice.Ethicality, "harmless", GoalLevel.Value, "both", [9, 49, 70, 83, 103]),
        new("T11", "Usefulness and side effects", Rice.None, "helpful", GoalLevel.Instruction, "outer", [52, 76, 88, 94]),
        new("T12", "Validity of the instruments and governance", Rice.Interpretability | Rice.Controllability, "honest", GoalLevel.All, "outer", [10, 11, 12, 48, 53, 76, 92, 93]),
    ];
}
