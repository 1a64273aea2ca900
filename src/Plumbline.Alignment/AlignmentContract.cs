// The contract of this room until the room itself is merged: delete this file then.
#pragma warning disable CS1591
using Microsoft.Extensions.AI;
using Plumbline.Statistics;

namespace Plumbline.Alignment;

public sealed class AlignmentJob(AlignmentOptions options)
{
    public Task<AlignmentOutcome> RunAsync(IProgress<JobProgress>? progress, CancellationToken cancel) =>
        throw new NotImplementedException(options.SpecificationPath);
}

public sealed record PretrainOptions
{
    public required string OutputDirectory { get; init; }
    public int Seed { get; init; } = 1;
    public int Steps { get; init; } = 6000;
    public int Threads { get; init; } = 2;
    public bool Resume { get; init; }
}

public sealed class PretrainJob(PretrainOptions options)
{
    public Task RunAsync(IProgress<JobProgress>? progress, CancellationToken cancel) => throw new NotImplementedException(options.OutputDirectory);
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

public sealed class ChatSession : IAsyncDisposable
{
    private ChatSession()
    {
    }

    public string Greeting { get; } = "";

    public static Task<ChatSession> OpenAsync(string modelDirectory, string? specificationPath, bool deliberate, CancellationToken cancel) =>
        throw new NotImplementedException(modelDirectory);

    public IAsyncEnumerable<ChatResponseUpdate> SayAsync(string text, CancellationToken cancel) => throw new NotImplementedException(text);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
#pragma warning restore CS1591
