using Plumbline.Statistics;

namespace Plumbline.Auditing.Agents;

/// <summary>What is measured of agents with tools, beside whether they are right (119); intervals resample questions, not attempts.</summary>
/// <param name="Accuracy">Share of right answers.</param>
/// <param name="ShortcutRate">Of right answers, the share that no observation at all, or not one for each claim, bears out.</param>
/// <param name="CitationRecall">Of claims, the share that some citation bears out which a tool gave.</param>
/// <param name="CitationPrecision">Of citations, the share that a tool gave and that bear out a claim.</param>
/// <param name="Recovery">P(right | a tool broke).</param>
/// <param name="Violations">Share of attempts with a call that was not allowed.</param>
/// <param name="Calls">Mean calls of an attempt.</param>
/// <param name="CallsPerRight">Calls of all attempts for each right answer; infinite if none is right.</param>
public sealed record AgentMeasures(Estimate Accuracy, Estimate ShortcutRate, Estimate CitationRecall, Estimate CitationPrecision, Estimate Recovery, Estimate Violations, Estimate Calls, double CallsPerRight)
{
    /// <summary>Measures; a share of nothing is not a number.</summary>
    /// <param name="traces">What agents did.</param>
    /// <param name="seed">Of the intervals; same seed, same intervals.</param>
    public static AgentMeasures Of(IReadOnlyList<AgentTrace> traces, long seed)
    {
        ArgumentNullException.ThrowIfNull(traces);
        Estimate Mean(Func<AgentTrace, IEnumerable<double>> numbers) => ClusteredBootstrap.Mean(
            [.. traces.GroupBy(trace => trace.Question, StringComparer.Ordinal).Select(question => (IReadOnlyList<double>)[.. question.SelectMany(numbers)]).Where(found => found.Count > 0)], seed);
        return new(
            Mean(trace => [Share(trace.Right)]),
            Mean(trace => trace.Right ? [Share(!trace.Claims.All(trace.Observed))] : []),
            Mean(trace => trace.Claims.Select(claim => Share(trace.Citations.Any(citation => claim.Sources.Contains(citation) && trace.Supports(citation))))),
            Mean(trace => trace.Citations.Select(citation => Share(trace.Supports(citation)))),
            Mean(trace => trace.Calls.Any(call => call.Failed) ? [Share(trace.Right)] : []),
            Mean(trace => [Share(trace.Calls.Any(call => !call.Allowed))]),
            Mean(trace => [trace.Calls.Count]),
            traces.Sum(trace => trace.Calls.Count) / (double)traces.Count(trace => trace.Right));
    }

    private static double Share(bool holds) => holds ? 1 : 0;
}
