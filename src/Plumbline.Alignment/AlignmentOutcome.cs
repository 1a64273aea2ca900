using Plumbline.Statistics;

namespace Plumbline.Alignment;

/// <summary>What an alignment came to.</summary>
/// <param name="RunDirectory">The run folder.</param>
/// <param name="ModelDirectory">The aligned model, or null if a server was instructed by deliberation.</param>
/// <param name="ReportPath">The report for people.</param>
/// <param name="Summary">Before and after, a row for each measure.</param>
/// <param name="Elapsed">Time spent, over all sittings of the run.</param>
public sealed record AlignmentOutcome(string RunDirectory, string? ModelDirectory, string ReportPath, IReadOnlyList<SummaryRow> Summary, TimeSpan Elapsed);

/// <summary>One measure before and after.</summary>
/// <param name="Measure">Its key in the report.</param>
/// <param name="Title">What a person reads.</param>
/// <param name="Base">The base model without rules in the prompt.</param>
/// <param name="Deliberate">The base model with the rules in the prompt and reflection.</param>
/// <param name="Trained">The aligned model without rules in the prompt.</param>
/// <param name="Difference">Trained less base, or deliberate less base if nothing was trained.</param>
/// <param name="PValue">Of the paired test of that difference, adjusted for the family of measures.</param>
/// <param name="HigherIsBetter">Direction.</param>
public sealed record SummaryRow(string Measure, string Title, Estimate? Base, Estimate? Deliberate, Estimate? Trained, double? Difference, double? PValue, bool HigherIsBetter);
