using System.ClientModel;
using System.ClientModel.Primitives;
using System.Threading.RateLimiting;
using Microsoft.Extensions.AI;
using OpenAI;
using Plumbline.Deliberation;
using Plumbline.Server.Keys;
using Plumbline.Server.Records;
using Plumbline.Server.Upstreams;

namespace Plumbline.Server;

/// <summary>Everything that a gateway holds as long as it runs.</summary>
internal sealed class GatewayParts : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private readonly HttpClient? _http;
    private readonly OpenAIClient? _openAi;
    private readonly KeyLedger? _ledger;
    private readonly ITimer? _keyTimer;
    private readonly Action<string> _say;
    private (DateTime, long) _keysSeen;
    private volatile KeyRing? _ring;

    /// <exception cref="InputException">A file cannot be read, or the options contradict each other.</exception>
    public GatewayParts(GatewayOptions options, Action<string> say, TimeProvider clock)
    {
        (Options, Clock, _say) = (options, clock, say);
        if (options.Upstreams.Count == 0 && options.Model is null)
            throw new InputException("upstreams", "there are none, and no model in process.", "Name one with --upstream URL, or a model's folder.");
        if (options.Strategy is not null && options.SpecificationPath is null)
            throw new InputException("strategy", "strategies need a specification, and none was given.", "Name one with --spec FILE.");
        Standard = options.SpecificationPath is null ? null : StrategyCatalogue.Parse(options.Strategy ?? "spec", "strategy");
        Specification = options.SpecificationPath is { } path ? new SpecificationWatch(path, say, clock) : null;
        Limiter = new ConcurrencyLimiter(new() { PermitLimit = options.AtOnce, QueueLimit = 0 });
        if (options.KeysPath is { } keys)
        {
            _ledger = new KeyLedger(keys, clock);
            _keysSeen = Stamp(keys);
            _ring = new KeyRing(KeyFile.Read(keys), _ledger);
            _keyTimer = clock.CreateTimer(_ => ReadKeys(keys), null, Pace, Pace);
        }

        if (options.LogPath is { } log)
            Log = new RequestLog(log, new Redaction(options.Upstreams.Select(upstream => upstream.Key?.Reveal()).OfType<string>()));
        if (options.Upstreams.Count > 0)
        {
            Pool = new UpstreamPool(options.Upstreams, options.Forwarding, clock);
            _http = new HttpClient(new UpstreamHandler(Pool)) { Timeout = Timeout.InfiniteTimeSpan };
            // The pool tries again, keeps the time, and knows the keys.
            _openAi = new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = UpstreamHandler.Address, Transport = new HttpClientPipelineTransport(_http), RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = Timeout.InfiniteTimeSpan });
        }
    }

    public GatewayOptions Options { get; }

    public TimeProvider Clock { get; }

    /// <summary>Strategies of requests that name none, or null.</summary>
    public StrategyPipeline? Standard { get; }

    public SpecificationWatch? Specification { get; }

    public ConcurrencyLimiter Limiter { get; }

    public RequestLog? Log { get; }

    /// <summary>The upstreams, or null if a model in process answers.</summary>
    public UpstreamPool? Pool { get; }

    /// <summary>Who may ask; null: everybody.</summary>
    public KeyRing? Keys => _ring;

    /// <summary>Whether what keys spend is kept.</summary>
    public bool KeepsSpending => _ledger?.IsKept ?? true;

    /// <summary>The model as a chat client; to be disposed of by whoever asked for it.</summary>
    public IChatClient Client(string? model) => _openAi is null ? new Borrowed(Options.Model!) : _openAi.GetChatClient(model ?? Options.Upstreams.SelectMany(upstream => upstream.Models ?? []).FirstOrDefault()
        ?? throw new InputException("model", "it is not said which model to ask.", "Send its name; GET /v1/models lists what there is.")).AsIChatClient();

    public async ValueTask DisposeAsync()
    {
        if (_keyTimer is not null)
            await _keyTimer.DisposeAsync().ConfigureAwait(false);
        if (Specification is not null)
            await Specification.DisposeAsync().ConfigureAwait(false);
        if (Log is not null)
            await Log.DisposeAsync().ConfigureAwait(false);
        if (_ledger is not null)
            await _ledger.DisposeAsync().ConfigureAwait(false);
        _http?.Dispose();
        Pool?.Dispose();
        Limiter.Dispose();
    }

    /// <summary>Keys that are added or taken out of the file count from the next request on; a file that cannot be read changes nothing.</summary>
    private void ReadKeys(string path)
    {
        try
        {
            if (Stamp(path) is var now && now == _keysSeen)
                return;
            _keysSeen = now;
            _ring = new KeyRing(KeyFile.Read(path), _ledger!);
            _say("The file of keys was edited: it counts from now on.");
        }
        catch (InputException wrong)
        {
            _say($"The edit of the file of keys cannot be read ({Path.GetFileName(wrong.Place)}): {wrong.Problem} The keys before it are kept.");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            _keysSeen = default; // it is being replaced, or may not be read now: looked at again in a second
        }
    }

    private static (DateTime, long) Stamp(string path) => new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    /// <summary>A client that outlives the pipelines around it.</summary>
    private sealed class Borrowed(IChatClient model) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => model.GetResponseAsync(messages, options, cancellationToken);

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => model.GetStreamingResponseAsync(messages, options, cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => model.GetService(serviceType, serviceKey);

        public void Dispose()
        {
        }
    }
}
