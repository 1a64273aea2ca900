namespace Plumbline.Auditing;

/// <summary>What the gates make of an audit: a level for each, and whether to deploy (002).</summary>
/// <param name="Subject">Who was audited.</param>
/// <param name="Highest">The highest level at which a gate is open; medium if nothing else was declared.</param>
/// <param name="Results">Each gate.</param>
public sealed record Scorecard(string Subject, RiskLevel Highest, IReadOnlyList<GateResult> Results)
{
    /// <summary>Deploy only if there are gates and every one is open: what was not measured holds.</summary>
    public bool Deploy => Results.Count > 0 && Results.All(result => result.IsOpen(Highest));

    /// <summary>Reads the gates off an audit.</summary>
    /// <param name="audit">The audit.</param>
    /// <param name="gates">The gates with thresholds declared before the run.</param>
    /// <param name="highest">The highest level at which a gate is open.</param>
    public static Scorecard Of(SubjectAudit audit, IReadOnlyList<ReleaseGate> gates, RiskLevel highest = RiskLevel.Medium)
    {
        ArgumentNullException.ThrowIfNull(audit);
        ArgumentNullException.ThrowIfNull(gates);
        return new Scorecard(audit.Subject, highest, [.. gates.Select(gate => GateResult.Of(gate, audit[gate.Measure]))]);
    }
}

/// <summary>One gate and the risk that was measured at it.</summary>
/// <param name="Gate">The gate.</param>
/// <param name="Estimate">The measure, or null if the suite does not measure it.</param>
/// <param name="Risk">Rate of what should not be.</param>
/// <param name="WorstRisk">The worse end of its 95 % interval.</param>
public sealed record GateResult(ReleaseGate Gate, MeasureEstimate? Estimate, double Risk, double WorstRisk)
{
    /// <summary>The level by the estimate, which decides.</summary>
    public RiskLevel Level => Gate.LevelOf(Risk);

    /// <summary>The level that cannot be ruled out.</summary>
    public RiskLevel WorstLevel => Gate.LevelOf(WorstRisk);

    /// <summary>Whether the gate is open.</summary>
    public bool IsOpen(RiskLevel highest) => Level != RiskLevel.Unknown && Level <= highest;

    internal static GateResult Of(ReleaseGate gate, MeasureEstimate? measured)
    {
        if (measured is null || measured.Estimate.N == 0)
            return new GateResult(gate, measured, double.NaN, double.NaN);
        var estimate = measured.Estimate;
        return measured.Measure.HigherIsBetter
            ? new GateResult(gate, measured, 1 - estimate.Value, 1 - estimate.Low)
            : new GateResult(gate, measured, estimate.Value, estimate.High);
    }
}
