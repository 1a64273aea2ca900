using Microsoft.Extensions.AI;
using Plumbline.Auditing;
using Plumbline.Auditing.Reports;
using Plumbline.Deliberation;
using Plumbline.Models;
using Plumbline.Worlds.Counter;

namespace Plumbline.Alignment;

/// <summary>What to audit.</summary>
public sealed record AuditOptions
{
    /// <summary>The specification.</summary>
    public required string SpecificationPath { get; init; }

    /// <summary>Folder of the model; the bundled model if there is no endpoint either.</summary>
    public string? ModelDirectory { get; init; }

    /// <summary>Folder of an adapter that the model computes with, or null.</summary>
    public string? AdapterDirectory { get; init; }

    /// <summary>An OpenAI-compatible server to ask instead.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The model's name there.</summary>
    public string? EndpointModel { get; init; }

    /// <summary>Whether the rules stand in the prompt and the answer is looked at again.</summary>
    public bool Deliberate { get; init; }

    /// <summary>Transcripts whose conversations are asked again, and held to the checks of the rules; null: the Counter's held-out requests.</summary>
    public string? SuitePath { get; init; }

    /// <summary>How many requests of the Counter.</summary>
    public int Items { get; init; } = 330;

    /// <summary>Same seed, same requests and draws.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Folder for the report, or null for none.</summary>
    public string? OutputPath { get; init; }
}

/// <summary>What an audit found.</summary>
/// <param name="Measures">A row for each measure.</param>
/// <param name="Findings">What broke a rule, each with its evidence.</param>
/// <param name="ReportPath">The page, if one was written.</param>
public sealed record AuditOutcome(IReadOnlyList<MeasureEstimate> Measures, IReadOnlyList<Finding> Findings, string? ReportPath);

/// <summary>Audits one model against a specification.</summary>
/// <param name="options">What to audit.</param>
public sealed class AuditJob(AuditOptions options)
{
    /// <summary>Runs it.</summary>
    /// <exception cref="InputException">The specification or the model cannot be used.</exception>
    public async Task<AuditOutcome> RunAsync(IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        var specification = Specification.Load(options.SpecificationPath);
        var suite = options.SuitePath is { } recorded
            ? RecordedSuite.Of(await SubjectAudit.ReadAsync(recorded, cancellationToken).ConfigureAwait(false), specification)
            : CounterSuite.HeldOut(new CounterPolicy(specification), options.Items, options.Seed);
        using var model = options.Endpoint is null ? LanguageModel.Load(options.ModelDirectory ?? BundledModel.Find(), options.AdapterDirectory) : null;
        using var plain = model is null ? await EndpointClient.OpenAsync(options.Endpoint!, options.EndpointModel, cancellationToken).ConfigureAwait(false) : new LocalChatClient(model);
        var client = options.Deliberate ? plain.AsBuilder().UseReflection(specification).UseSpecification(specification).Build() : plain;
        var subject = new Subject(options.Deliberate ? Arm.Deliberate : Arm.Base, Description(options), client,
            new ChatOptions { Temperature = AlignmentJob.AuditTemperature });
        var audit = await new Auditor(options.Seed).AuditAsync(suite, subject, new Relay(progress), cancellationToken).ConfigureAwait(false);
        if (options.Endpoint is { } endpoint)
            EndpointClient.RequireAnswers(audit, endpoint);
        string? page = null;
        if (options.OutputPath is { } folder)
        {
            Directory.CreateDirectory(folder);
            var report = new AlignmentReport { Title = $"Audit of {specification.Name} {specification.Version}", When = TimeProvider.System.GetUtcNow(), Specification = specification, Arms = [new Arm(subject.Name, options.Deliberate ? "Rules in the prompt, reflection" : "No rules in the prompt", audit)] };
            await report.WriteAsync(folder, cancellationToken).ConfigureAwait(false);
            page = Path.Combine(folder, "report.html");
        }

        return new AuditOutcome(audit.Estimates, audit.Findings(specification), page);
    }

    private static string Description(AuditOptions options)
    {
        var who = options.Endpoint is null ? $"The weights in {options.ModelDirectory ?? BundledModel.RelativePath}{(options.AdapterDirectory is { } adapter ? $" with the adapter in {adapter}" : "")}" : $"The model '{options.EndpointModel}' behind {options.Endpoint}";
        return who + (options.Deliberate ? "; the rules are in the prompt, and the model looks its answer over before it gives it." : ", asked without the rules.");
    }

    private sealed class Relay(IProgress<JobProgress>? progress) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value) => progress?.Report(new JobProgress("audit", 0, 1, value.Done / (double)value.Total, $"{value.Done} of {value.Total} requests"));
    }
}
