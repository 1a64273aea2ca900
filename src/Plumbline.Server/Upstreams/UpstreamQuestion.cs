namespace Plumbline.Server.Upstreams;

/// <summary>A request as it is handed on, as often as it takes.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Shape">Which part of the API, and what its answers look like.</param>
/// <param name="Body">JSON, as the caller sent it.</param>
/// <param name="Model">The model that is asked for, or null.</param>
/// <param name="Streams">Whether the answer comes in events.</param>
/// <param name="HidesUsage">Whether events that say nothing but what the answer cost are left out of it.</param>
internal sealed record UpstreamQuestion(HttpMethod Method, AnswerShape Shape, ReadOnlyMemory<byte> Body, string? Model, bool Streams, bool HidesUsage = false);
