using System.Net;
using Microsoft.Extensions.AI;

namespace Plumbline.Server;

/// <summary>What a gateway serves, from where, to whom, and within which limits.</summary>
public sealed record GatewayOptions
{
    /// <summary>Servers that requests are handed on to, the preferred first; none: <see cref="Model"/> answers.</summary>
    public IReadOnlyList<UpstreamOptions> Upstreams { get; init; } = [];

    /// <summary>The model in process that answers where there are no upstreams; not owned.</summary>
    public IChatClient? Model { get; init; }

    /// <summary>What the model in process is called.</summary>
    public string ModelName { get; init; } = "model";

    /// <summary>File of the specification that answers are held to, read again whenever it changes; null: none.</summary>
    public string? SpecificationPath { get; init; }

    /// <summary>Strategies of requests that name none, for example <c>["rules"]</c>; none: with a specification <c>rules</c>, without one what is asked is handed on as it is.</summary>
    public IReadOnlyList<string>? Strategies { get; init; }

    /// <summary>How patiently upstreams are asked.</summary>
    public ForwardingOptions Forwarding { get; init; } = new();

    /// <summary>Where it listens; other machines are let in only with keys.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port, or 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>File of keys, made by <see cref="KeyFile.Add"/>; null: whoever reaches the gateway may ask.</summary>
    public string? KeysPath { get; init; }

    /// <summary>File that a record of every request is appended to; null: none.</summary>
    public string? LogPath { get; init; }

    /// <summary>Whether records hold what was asked and answered, which replaying needs.</summary>
    public bool LogsContent { get; init; } = true;

    /// <summary>What a million tokens cost, by model.</summary>
    public IReadOnlyDictionary<string, TokenPrice> Prices { get; init; } = new Dictionary<string, TokenPrice>();

    /// <summary>Bytes of the longest request.</summary>
    public long LongestRequest
    {
        get;
        init => field = value is >= 1024 and <= 1L << 30 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A request has 1 KiB to 1 GiB.");
    } = 4 << 20;

    /// <summary>How long a request may take in all.</summary>
    public TimeSpan RequestLimit
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromDays(1) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A time is above zero and at most a day.");
    } = TimeSpan.FromMinutes(10);

    /// <summary>Requests that are answered at the same time; further ones are told to come again (503).</summary>
    public int AtOnce
    {
        get;
        init => field = value is >= 1 and <= 100_000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 100,000 requests are answered at the same time.");
    } = 1024;
}

/// <summary>What tokens of a model cost, in whatever currency the whole table is in.</summary>
/// <param name="Input">A million tokens read.</param>
/// <param name="Output">A million tokens written.</param>
public sealed record TokenPrice(decimal Input, decimal Output)
{
    /// <summary>What an answer costs.</summary>
    public decimal Of(long inputTokens, long outputTokens) => (Input * inputTokens + Output * outputTokens) / 1_000_000m;
}
