using System.Buffers;
using Microsoft.AspNetCore.Http;
using Plumbline.Server.Upstreams;

namespace Plumbline.Server.Requests;

/// <summary>Hands a request on to the upstreams and their answer back, byte for byte.</summary>
/// <param name="pool">The upstreams.</param>
internal sealed class PassingOn(UpstreamPool pool)
{
    /// <summary>Hands it on.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="head">What it says of itself.</param>
    /// <param name="body">The whole of it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UpstreamException">No upstream gave an answer, or the one that did stopped in the middle.</exception>
    public async Task AnswerAsync(Exchange exchange, RequestHead head, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        // What an answer in events costs is said only if it is asked for; what is asked for on the gateway's own account is kept from the caller.
        var asks = exchange.Counts && head.Streams && !head.SaysStreamOptions && exchange.Shape == AnswerShape.ChatCompletion;
        var method = HttpMethods.IsGet(exchange.Context.Request.Method) ? HttpMethod.Get : HttpMethod.Post;
        var answer = await pool.AskAsync(new UpstreamQuestion(method, exchange.Shape, asks ? RequestBody.AskingUsage(body) : body, head.Model, head.Streams, asks), cancel).ConfigureAwait(false);
        await using var _ = answer.ConfigureAwait(false);
        (exchange.Record.Upstream, exchange.Record.Attempts) = (answer.Upstream, answer.Attempts);
        if (answer.Events is { } events)
        {
            await StreamAsync(exchange, events, body.Length, cancel).ConfigureAwait(false);
            return;
        }

        var response = exchange.Context.Response;
        if (answer.Body.IsEmpty) // a refusal that would have told the gateway's key
        {
            await exchange.FailAsync(new ApiError((int)answer.Status, "The upstream refuses the request, and what it says of it cannot be handed on. Compare the request with the documents of the API.", Code: "upstream_refused")).ConfigureAwait(false);
            return;
        }

        response.StatusCode = (int)answer.Status;
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        if (response.StatusCode != StatusCodes.Status200OK)
            exchange.Record.Error = "upstream_refused";
        else if (exchange.Counts)
            exchange.Cost(answer.Scan.InputTokens, answer.Scan.OutputTokens, method == HttpMethod.Post ? (body.Length, answer.Body.Length) : default);
        if (exchange.Keeps && response.StatusCode == StatusCodes.Status200OK)
            (exchange.Record.Answer = new()).Add(answer.Body);
        await response.BodyWriter.WriteAsync(answer.Body, cancel).ConfigureAwait(false);
    }

    private static async Task StreamAsync(Exchange exchange, EventStream events, int asked, CancellationToken cancel)
    {
        if (exchange.Keeps)
        {
            exchange.Record.Answer = new();
            events.Tell(exchange.Record.Answer.Add);
        }

        var response = exchange.Context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        var written = 0L;
        try
        {
            while (await events.ReadAsync(cancel).ConfigureAwait(false) is { IsEmpty: false } some)
            {
                foreach (var segment in some)
                    response.BodyWriter.Write(segment.Span);
                written += some.Length;
                var flushed = await response.BodyWriter.FlushAsync(cancel).ConfigureAwait(false);
                if (flushed.IsCompleted)
                    break; // the caller hung up
            }
        }
        finally
        {
            if (exchange.Counts) // also for an answer that was cut short: what was written was paid for
                exchange.Cost(events.InputTokens, events.OutputTokens, (asked, written));
        }
    }
}
