// The contract of this room until the room itself is merged: delete this file then.
#pragma warning disable CS1591
using Plumbline.Statistics;

namespace Plumbline.Alignment;

public sealed class AlignmentJob(AlignmentOptions options)
{
    public Task<AlignmentOutcome> RunAsync(IProgress<JobProgress>? progress, CancellationToken cancel) =>
        throw new NotImplementedException(options.SpecificationPath);
}

public sealed record AuditOptions
{
    public required string SpecificationPath { get; init; }
    public string? ModelDirectory { get; init; }
    public string? Endpoint { get; init; }
    public string? EndpointModel { get; init; }
    public bool Deliberate { get; init; }
    public int Items { get; init; } = 330;
    public int Seed { get; init; } = 1;
    public string? OutputPath { get; init; }
}

public sealed record AuditMeasure(string Measure, string Title, Estimate Estimate, bool HigherIsBetter);

public sealed record AuditOutcome(IReadOnlyList<AuditMeasure> Measures, IReadOnlyList<Finding> Findings, string? ReportPath);

public sealed class AuditJob(AuditOptions options)
{
    public Task<AuditOutcome> RunAsync(IProgress<JobProgress>? progress, CancellationToken cancel) => throw new NotImplementedException(options.SpecificationPath);
}
#pragma warning restore CS1591
