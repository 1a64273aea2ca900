using Plumbline.Auditing.Reports.Methods;

namespace Plumbline.Alignment;

/// <summary>What a comparison came to.</summary>
/// <param name="RunDirectory">The run folder; the trained models lie in it.</param>
/// <param name="Page">Table and picture.</param>
/// <param name="Figure">The picture alone.</param>
/// <param name="Comparison">The numbers.</param>
/// <param name="Elapsed">Time spent, over all sittings.</param>
public sealed record ComparisonOutcome(string RunDirectory, string Page, string Figure, MethodComparison Comparison, TimeSpan Elapsed);
