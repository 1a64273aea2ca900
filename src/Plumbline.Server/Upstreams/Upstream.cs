using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.CircuitBreaker;

namespace Plumbline.Server.Upstreams;

/// <summary>One server that requests are handed on to, and how it has been doing.</summary>
internal sealed class Upstream
{
    private const int LongestRefusal = 1 << 20;
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly UpstreamOptions _options;
    private readonly ForwardingOptions _forwarding;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _clock;
    private readonly ResiliencePipeline _breaker;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly string _base;
    private readonly string? _authorization;
    private long _leftAloneUntil;

    /// <param name="number">Which one, counted from 1.</param>
    /// <param name="options">Where, and with which key.</param>
    /// <param name="forwarding">How patiently it is asked.</param>
    /// <param name="http">Sends requests.</param>
    /// <param name="clock">For what it asks to wait.</param>
    public Upstream(int number, UpstreamOptions options, ForwardingOptions forwarding, HttpMessageInvoker http, TimeProvider clock)
    {
        (Number, _options, _forwarding, _http, _clock) = (number, options, forwarding, http, clock);
        _base = options.Address.AbsoluteUri.TrimEnd('/') + "/";
        _authorization = options.Key is { } key ? $"Bearer {key.Reveal()}" : null;
        _breaker = new ResiliencePipelineBuilder { TimeProvider = clock }.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            // What fails nine times of ten is not asked for a while: its callers have their error at once, or another upstream.
            FailureRatio = 0.9,
            MinimumThroughput = 20,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = TimeSpan.FromSeconds(2),
            ShouldHandle = new PredicateBuilder().Handle<UpstreamException>(failed => failed.IsIllness),
            StateProvider = _state,
        }).Build();
    }

    /// <summary>Which one, counted from 1.</summary>
    public int Number { get; }

    /// <summary>Whether it failed so often that it is left alone.</summary>
    public bool IsIll => _state.CircuitState is CircuitState.Open or CircuitState.Isolated;

    /// <summary>Whether it asked to be left alone for a while.</summary>
    public bool IsBusy => _clock.GetTimestamp() < Volatile.Read(ref _leftAloneUntil);

    /// <summary>Whether it serves a model.</summary>
    public bool Serves(string? model) => model is null || _options.Models is not { Count: > 0 } models || models.Contains(model, StringComparer.Ordinal);

    /// <summary>Its key, to be kept out of what is handed on.</summary>
    public string? Key => _options.Key?.Reveal();

    /// <summary>Asks it once.</summary>
    /// <exception cref="UpstreamException">It gave no answer that can be handed on.</exception>
    public async ValueTask<UpstreamAnswer> AskAsync(UpstreamQuestion question, CancellationToken cancel)
    {
        try
        {
            return await _breaker.ExecuteAsync(static (state, stop) => state.Upstream.AskOnceAsync(state.Question, stop), (Upstream: this, Question: question), cancel).ConfigureAwait(false);
        }
        catch (BrokenCircuitException open)
        {
            throw new UpstreamException(UpstreamFault.Resting, open.RetryAfter, open);
        }
        catch (UpstreamException busy) when (busy is { Fault: UpstreamFault.Busy, RetryAfter: not null })
        {
            Volatile.Write(ref _leftAloneUntil, _clock.GetTimestamp() + (long)(busy.RetryAfter.Value.TotalSeconds * _clock.TimestampFrequency));
            throw;
        }
    }

    private async ValueTask<UpstreamAnswer> AskOnceAsync(UpstreamQuestion question, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_forwarding.AttemptLimit);
        HttpResponseMessage? response = null;
        try
        {
            using var request = Request(question);
            response = await _http.SendAsync(request, limit.Token).ConfigureAwait(false);
            var answer = await JudgeAsync(question, response, limit.Token).ConfigureAwait(false);
            if (answer.Events is not null)
                response = null; // the events own it now
            return answer;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new UpstreamException(UpstreamFault.TooLate);
        }
        catch (HttpRequestException broken) when (!cancel.IsCancellationRequested)
        {
            throw new UpstreamException(response is null ? UpstreamFault.Unreachable : UpstreamFault.CutShort, null, broken);
        }
        catch (IOException broken) when (!cancel.IsCancellationRequested)
        {
            throw new UpstreamException(UpstreamFault.CutShort, null, broken);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private HttpRequestMessage Request(UpstreamQuestion question)
    {
        var request = new HttpRequestMessage(question.Method, _base + question.Shape.Path);
        if (_authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", _authorization);
        if (question.Method != HttpMethod.Post)
            return request;
        request.Content = new ReadOnlyMemoryContent(question.Body);
        request.Content.Headers.ContentType = Json;
        return request;
    }

    private async Task<UpstreamAnswer> JudgeAsync(UpstreamQuestion question, HttpResponseMessage response, CancellationToken cancel)
    {
        var status = response.StatusCode;
        if (status is HttpStatusCode.TooManyRequests)
            throw new UpstreamException(UpstreamFault.Busy, RetryAfter(response));
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new UpstreamException(UpstreamFault.KeyRefused);
        if (status >= HttpStatusCode.InternalServerError || status is HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict)
            throw new UpstreamException(UpstreamFault.Failed, RetryAfter(response));
        if (status >= HttpStatusCode.BadRequest)
            return await RefusalAsync(response, cancel).ConfigureAwait(false);
        if (status is not HttpStatusCode.OK)
            throw new UpstreamException(UpstreamFault.Unreadable);
        return question.Streams && response.Content.Headers.ContentType?.MediaType == "text/event-stream"
            ? await EventsAsync(question, response, cancel).ConfigureAwait(false)
            : await WholeAsync(question, response, cancel).ConfigureAwait(false);
    }

    private async Task<UpstreamAnswer> EventsAsync(UpstreamQuestion question, HttpResponseMessage response, CancellationToken cancel)
    {
        var events = new EventStream(response, await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false), question.Shape, _forwarding, question.HidesUsage);
        try
        {
            await events.BeginAsync(cancel).ConfigureAwait(false);
            return new UpstreamAnswer(response.StatusCode, default, events, default) { Upstream = Number };
        }
        catch
        {
            await events.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<UpstreamAnswer> WholeAsync(UpstreamQuestion question, HttpResponseMessage response, CancellationToken cancel)
    {
        var body = await ReadAsync(response, _forwarding.LongestAnswer, cancel).ConfigureAwait(false);
        if (question.Streams || AnswerScan.Of(body.Span, question.Shape.Member) is not { HasMember: true, IsError: false } scan)
            throw new UpstreamException(UpstreamFault.Unreadable);
        return new UpstreamAnswer(response.StatusCode, body, null, scan) { Upstream = Number };
    }

    /// <summary>What no upstream would answer: handed on if it is an error as the API has them.</summary>
    private async Task<UpstreamAnswer> RefusalAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var body = await ReadAsync(response, LongestRefusal, cancel).ConfigureAwait(false);
        if (AnswerScan.Of(body.Span, "error") is not { HasMember: true } scan)
            throw new UpstreamException(UpstreamFault.Unreadable);
        return new UpstreamAnswer(response.StatusCode, Key is { } key && body.Span.IndexOf(System.Text.Encoding.UTF8.GetBytes(key)) >= 0 ? default : body, null, scan) { Upstream = Number };
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, long most, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentLength is { } length)
        {
            if (length > most)
                throw new UpstreamException(UpstreamFault.TooLarge);
            var exact = new byte[length];
            var source = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            await source.ReadExactlyAsync(exact, cancel).ConfigureAwait(false);
            return exact;
        }

        var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var read = new ArrayBufferWriter<byte>(4096);
        while (await stream.ReadAsync(read.GetMemory(4096), cancel).ConfigureAwait(false) is var count and > 0)
        {
            read.Advance(count);
            if (read.WrittenCount > most)
                throw new UpstreamException(UpstreamFault.TooLarge);
        }

        return read.WrittenMemory;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => Bounded(delta),
        { Date: { } date } => Bounded(date - _clock.GetUtcNow()),
        _ => null,
    };

    private static TimeSpan Bounded(TimeSpan asked) => asked < TimeSpan.Zero ? TimeSpan.Zero : asked > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : asked;
}
