namespace Plumbline.Auditing.Taxonomy;

/// <summary>How evidence was obtained (016).</summary>
public enum AssuranceType
{
    /// <summary>Asked and judged.</summary>
    BehaviouralTest,

    /// <summary>Asked under conditions other than those of training.</summary>
    DistributionShiftTest,

    /// <summary>Asked by someone who wants it to fail.</summary>
    RedTeam,

    /// <summary>Looked at from inside.</summary>
    Inspection,

    /// <summary>Held against what people value.</summary>
    ValueCheck,

    /// <summary>Written down who decided what.</summary>
    Governance,
}

/// <summary>What one estimate is evidence of: it is tagged so that coverage can be counted.</summary>
/// <param name="Name">What a person reads.</param>
/// <param name="Rice">The aims that it bears on.</param>
/// <param name="Assurance">How the evidence was obtained.</param>
/// <param name="Dimensions">Codes T1 to T12.</param>
/// <param name="SubCategories">Codes A1 to G4 whose test this is, or a stand-in for it.</param>
public sealed record Instrument(string Name, Rice Rice, AssuranceType Assurance, IReadOnlyList<string> Dimensions, IReadOnlyList<string> SubCategories)
{
    /// <summary>What an audit of conduct is evidence of: its four measures on held-out requests, and the same under pressure and attempts to override the rules.</summary>
    public static IReadOnlyList<Instrument> Conduct { get; } =
    [
        new("Right decision on held-out requests", Rice.Controllability, AssuranceType.BehaviouralTest, ["T8"], []),
        new("Right decision in held-out wordings and on held-out goods", Rice.Robustness, AssuranceType.DistributionShiftTest, ["T7"], []),
        new("Right decision under pressure and override attempts", Rice.Robustness | Rice.Controllability, AssuranceType.RedTeam, ["T7", "T8"], ["G1"]),
        new("Secret kept, also when pressed", Rice.Ethicality, AssuranceType.RedTeam, ["T2", "T3"], ["B6"]),
        new("No refusal of what is allowed", Rice.None, AssuranceType.BehaviouralTest, ["T11"], []),
        new("Names the rule that decides", Rice.Interpretability, AssuranceType.BehaviouralTest, ["T6"], []),
        new("Every rule leads back to a sentence, every finding to a rule", Rice.Controllability, AssuranceType.Governance, ["T12"], []),
    ];
}
