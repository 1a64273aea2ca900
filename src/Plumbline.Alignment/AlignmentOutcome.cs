using Plumbline.Auditing.Reports;

namespace Plumbline.Alignment;

/// <summary>What an alignment came to.</summary>
/// <param name="RunDirectory">The run folder.</param>
/// <param name="ModelDirectory">The aligned model, or null if a server was instructed by deliberation.</param>
/// <param name="ReportPath">The report for people.</param>
/// <param name="Summary">Before and after, a row for each measure.</param>
/// <param name="Elapsed">Time spent, over all sittings of the run.</param>
public sealed record AlignmentOutcome(string RunDirectory, string? ModelDirectory, string ReportPath, IReadOnlyList<SummaryRow> Summary, TimeSpan Elapsed);
