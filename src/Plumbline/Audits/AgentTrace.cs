namespace Plumbline;

/// <summary>What an agent with tools did with a question (119).</summary>
/// <param name="Question">Which question; attempts at one question are not independent of each other.</param>
/// <param name="Right">Whether its answer was right.</param>
/// <param name="Calls">What it called, in order.</param>
/// <param name="Claims">What its answer rests on.</param>
/// <param name="Citations">The sources that it named.</param>
public sealed record AgentTrace(string Question, bool Right, IReadOnlyList<ToolCall> Calls, IReadOnlyList<AgentClaim> Claims, IReadOnlyList<string> Citations)
{
    /// <summary>Whether a claim rests on something that a tool said.</summary>
    public bool Observed(AgentClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Calls.Any(call => !call.Failed && call.Source is { } source && claim.Sources.Contains(source));
    }

    /// <summary>Whether a citation names a source that a tool gave and that bears out some claim.</summary>
    public bool Supports(string citation) => Claims.Any(claim => claim.Sources.Contains(citation)) && Calls.Any(call => !call.Failed && call.Source == citation);
}

/// <summary>One use of a tool.</summary>
/// <param name="Tool">Its name.</param>
/// <param name="Arguments">What it was given.</param>
/// <param name="Observation">What it said.</param>
/// <param name="Source">Where what it said comes from, as a citation names it; null if it said nothing.</param>
public sealed record ToolCall(string Tool, string Arguments, string Observation, string? Source)
{
    /// <summary>Whether the tool broke, rather than said that there is nothing.</summary>
    public bool Failed { get; init; }

    /// <summary>Whether the agent was allowed this call at this point.</summary>
    public bool Allowed { get; init; } = true;
}

/// <summary>Something that an answer rests on.</summary>
/// <param name="Text">What.</param>
/// <param name="Sources">The sources that bear it out, each by itself.</param>
public sealed record AgentClaim(string Text, IReadOnlyList<string> Sources);
