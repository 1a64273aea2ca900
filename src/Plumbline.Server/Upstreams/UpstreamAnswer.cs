using System.Net;

namespace Plumbline.Server.Upstreams;

/// <summary>An answer of which enough was read to know that it is one: the whole of it, or the first event of a stream.</summary>
/// <param name="status">What the upstream said it is: 200, or 4xx for a request that no upstream would answer.</param>
/// <param name="body">The whole of it; empty if it comes in events.</param>
/// <param name="events">The events, or null.</param>
/// <param name="scan">What was seen in the body.</param>
internal sealed class UpstreamAnswer(HttpStatusCode status, ReadOnlyMemory<byte> body, EventStream? events, AnswerScan scan) : IAsyncDisposable
{
    public HttpStatusCode Status { get; } = status;

    public ReadOnlyMemory<byte> Body { get; } = body;

    public EventStream? Events { get; } = events;

    public AnswerScan Scan { get; } = scan;

    /// <summary>Which upstream it is from, counted from 1.</summary>
    public int Upstream { get; init; }

    /// <summary>How often upstreams were asked for it.</summary>
    public int Attempts { get; set; }

    /// <summary>Cuts the connection if not everything was read, so that the upstream stops writing.</summary>
    public ValueTask DisposeAsync() => Events?.DisposeAsync() ?? ValueTask.CompletedTask;
}
