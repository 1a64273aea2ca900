using System.Net;
using Polly;
using Polly.Hedging;
using Polly.Retry;

namespace Plumbline.Server.Upstreams;

/// <summary>Several upstreams as one: the first that is well is asked, then the next; all of them again after a pause; two at once where one is slow.</summary>
internal sealed class UpstreamPool : IDisposable
{
    private readonly Upstream[] _upstreams;
    private readonly ForwardingOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;
    private readonly ResiliencePipeline<UpstreamAnswer>[] _pipelines; // by the number of upstreams that serve a model

    public UpstreamPool(IReadOnlyList<UpstreamOptions> upstreams, ForwardingOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a key goes nowhere but where it was meant to go
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10), // so that a change of address is seen
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(50),
            EnableMultipleHttp2Connections = true,
        });
        _upstreams = [.. upstreams.Select((upstream, index) => new Upstream(index + 1, upstream, options, _http, clock))];
        _pipelines = [.. Enumerable.Range(1, _upstreams.Length).Select(Pipeline)];
    }

    /// <summary>The upstreams, in the order in which they are preferred.</summary>
    public IReadOnlyList<Upstream> All => _upstreams;

    /// <summary>Asks until somebody answers.</summary>
    /// <exception cref="UpstreamException">Nobody does, or no upstream serves the model.</exception>
    public async Task<UpstreamAnswer> AskAsync(UpstreamQuestion question, CancellationToken cancel)
    {
        var plan = new Plan(question, InOrder(question.Model));
        if (plan.Upstreams.Length == 0)
            throw new UpstreamException(UpstreamFault.NotServed);
        var context = ResilienceContextPool.Shared.Get(cancel);
        context.Properties.Set(Plan.Property, plan);
        try
        {
            var answer = await _pipelines[plan.Upstreams.Length - 1].ExecuteAsync(static (context, plan) => plan.AskNextAsync(context.CancellationToken), context, plan).ConfigureAwait(false);
            answer.Attempts = plan.Attempts;
            return answer;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Those that are well before those that want to be left alone, those before the ill; else as they were given.</summary>
    private Upstream[] InOrder(string? model)
    {
        if (_upstreams is [var only])
            return only.Serves(model) ? _upstreams : [];
        return [.. _upstreams.Where(upstream => upstream.Serves(model)).OrderBy(upstream => upstream.IsIll ? 2 : upstream.IsBusy ? 1 : 0)];
    }

    private ResiliencePipeline<UpstreamAnswer> Pipeline(int upstreams)
    {
        var passing = new PredicateBuilder<UpstreamAnswer>().Handle<UpstreamException>(failed => failed.IsPassing);
        var builder = new ResiliencePipelineBuilder<UpstreamAnswer> { TimeProvider = _clock };
        if (_options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<UpstreamAnswer>
            {
                MaxRetryAttempts = _options.Retries,
                Delay = _options.RetryDelay,
                MaxDelay = _options.LongestRetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Exception is UpstreamException { IsPassing: true } failed && !(failed.RetryAfter > _options.LongestRetryDelay)
                    && outcome.Context.Properties.TryGetValue(Plan.Property, out var plan) && plan.MayChange),
                DelayGenerator = outcome => ValueTask.FromResult((outcome.Outcome.Exception as UpstreamException)?.RetryAfter), // null: as above
            });
        }

        if (upstreams > 1 || _options.HedgeAfter is not null)
        {
            builder.AddHedging(new HedgingStrategyOptions<UpstreamAnswer>
            {
                MaxHedgedAttempts = Math.Max(1, upstreams - 1),
                Delay = _options.HedgeAfter ?? Timeout.InfiniteTimeSpan, // without it the next is asked only once the last has failed
                ShouldHandle = passing,
            });
        }

        return builder.Build();
    }

    /// <summary>Whose turn it is, for one request.</summary>
    private sealed class Plan(UpstreamQuestion question, Upstream[] upstreams)
    {
        public static readonly ResiliencePropertyKey<Plan> Property = new("plumbline.plan");

        private int _attempts;
        private volatile bool _mayChange;

        /// <summary>Whether an upstream failed in a way that may be over the next time; a key that is not accepted stays so.</summary>
        public bool MayChange => _mayChange;

        public Upstream[] Upstreams => upstreams;

        public int Attempts => Volatile.Read(ref _attempts);

        public async ValueTask<UpstreamAnswer> AskNextAsync(CancellationToken cancel)
        {
            try
            {
                return await upstreams[(Interlocked.Increment(ref _attempts) - 1) % upstreams.Length].AskAsync(question, cancel).ConfigureAwait(false);
            }
            catch (UpstreamException failed) when (failed.Fault != UpstreamFault.KeyRefused)
            {
                _mayChange = true;
                throw;
            }
        }
    }
}
