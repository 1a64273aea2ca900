using Microsoft.AspNetCore.Http;

namespace Plumbline.Server;

/// <summary>Whether requests would be answered now, and what whoever runs the gateway should look at. Tells no address, no key and nothing of what the specification says.</summary>
internal sealed record Readiness(string Status, SpecificationState? Specification, IReadOnlyList<UpstreamState> Upstreams, long LogLost, bool SpendingKept)
{
    public static Readiness Of(GatewayParts parts)
    {
        UpstreamState[] upstreams = [.. parts.Pool?.All.Select(upstream => new UpstreamState(upstream.Number, upstream.IsIll ? "ill" : upstream.IsBusy ? "busy" : "well")) ?? []];
        var specification = parts.Specification is { } watch ? new SpecificationState(watch.Current.Specification.Name, watch.Current.Specification.Version, watch.Current.Hash, watch.Current.Since, watch.Problem) : null;
        var ready = upstreams.Length == 0 || upstreams.Any(upstream => upstream.State != "ill");
        return new Readiness(ready ? "ready" : "not ready", specification, upstreams, parts.Log?.Lost ?? 0, parts.KeepsSpending);
    }

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status == "ready" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsJsonAsync(this, CompletionWriter.Json, context.RequestAborted);
    }
}

/// <summary>Which specification answers, since when, and what is wrong with an edit of it.</summary>
internal sealed record SpecificationState(string Name, string Version, string Hash, DateTimeOffset Since, string? Problem);

/// <summary>How an upstream does.</summary>
internal sealed record UpstreamState(int Number, string State);
