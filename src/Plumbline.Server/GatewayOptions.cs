using System.Net;
using Microsoft.Extensions.AI;
using Plumbline.Deliberation;

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

    /// <summary>Strategies of requests that name none, as in <see cref="StrategyCatalogue.Parse"/>; null: <c>spec</c>, the rules in the prompt. Without a specification what is asked is handed on as it is.</summary>
    public string? Strategy { get; init; }

    /// <summary>Whether a request may name other strategies (<c>align3+rules/NAME</c>) than <see cref="Strategy"/>.</summary>
    public bool CallersChoose { get; init; } = true;

    /// <summary>What the placeholders of rules' checks stand for.</summary>
    public IReadOnlyDictionary<string, string> Placeholders { get; init; } = new Dictionary<string, string>();

    /// <summary>What a request that strategies answer may cost; a request may ask for less, not for more.</summary>
    public Budget Budget { get; init; } = Budget.Unlimited;

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
