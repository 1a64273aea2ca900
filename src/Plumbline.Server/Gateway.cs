using System.ClientModel;
using Microsoft.AspNetCore.Http;
using Plumbline.Deliberation;
using Plumbline.Server.Requests;
using Plumbline.Server.Upstreams;

namespace Plumbline.Server;

/// <summary>Answers requests: who may ask is let in, what is asked goes to strategies or is handed on as it is, and every request ends with an answer or an error that says what to do.</summary>
internal sealed class Gateway(GatewayParts parts, Action<Exception>? failed)
{
    private readonly PassingOn? _passing = parts.Pool is { } pool ? new(pool) : null;
    private readonly Deliberating _deliberating = new(parts);

    /// <summary>What there is, for who asks for something else.</summary>
    public const string Addresses = "POST /v1/chat/completions, /v1/responses and /v1/embeddings, GET /v1/models, /health/live and /health/ready";

    /// <summary>Answers one request.</summary>
    /// <param name="context">Where it came from.</param>
    /// <param name="shape">Which part of the API it asks.</param>
    public async Task AnswerAsync(HttpContext context, AnswerShape shape)
    {
        var exchange = new Exchange(context, shape, parts);
        context.Response.Headers["x-request-id"] = exchange.Record.Id;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(parts.Options.RequestLimit);
        using var place = parts.Limiter.AttemptAcquire();
        try
        {
            if (!place.IsAcquired)
                await exchange.FailAsync(new ApiError(503, "The gateway answers as many requests as it may. Try again in a second.", Code: "busy") { RetryAfter = TimeSpan.FromSeconds(1) }).ConfigureAwait(false);
            else if (Admit(exchange) is { } refused)
                await exchange.FailAsync(refused).ConfigureAwait(false);
            else
                await RouteAsync(exchange, limit.Token).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            exchange.Record.Error = Exchange.HungUp;
        }
#pragma warning disable CA1031 // Whatever breaks, the caller gets an answer that it can read, and the next request is served.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            await FailAsync(exchange, broken, limit.IsCancellationRequested).ConfigureAwait(false);
        }
        finally
        {
            await exchange.CloseAsync().ConfigureAwait(false);
        }

        // Not every client knows events of errors. The server closes the connection of a request that throws without the chunk that ends a body: what was sent arrives, and nobody takes half an answer for the whole.
        if (exchange.IsCutShort)
            throw new IOException("The answer broke off in the middle.");
    }

    private ApiError? Admit(Exchange exchange)
    {
        if (parts.Keys is not { } keys)
            return null;
        var authorization = exchange.Context.Request.Headers.Authorization;
        exchange.Account = authorization.Count == 1 ? keys.Find(authorization[0]) : null;
        if (exchange.Account is null)
        {
            return new ApiError(401, authorization.Count == 0 ? "There is no key. Send one as 'Authorization: Bearer KEY'." : "The key is not known here. Send one that was made with 'plumbline serve keys add', as 'Authorization: Bearer KEY'.", Code: "invalid_api_key");
        }

        exchange.Record.Key = exchange.Account.Name;
        return exchange.Account.Take();
    }

    private async Task RouteAsync(Exchange exchange, CancellationToken cancel)
    {
        var isGet = HttpMethods.IsGet(exchange.Context.Request.Method);
        var body = isGet ? default : await RequestBody.ReadAsync(exchange.Context.Request, parts.Options.LongestRequest, cancel).ConfigureAwait(false);
        var head = isGet ? default : RequestHead.Read(body.Span);
        if (exchange.Keeps)
            exchange.Record.Request = body;
        var isChat = exchange.Shape == AnswerShape.ChatCompletion || exchange.Shape == AnswerShape.Response;
        var served = isChat ? ServedModel.Read(head.Model, parts.Standard, parts.Options.CallersChoose) : new ServedModel(head.Model, null);
        (exchange.Record.Model, exchange.Record.Streams) = (served.Model, head.Streams);
        if (served.Strategies is null && _passing is not null)
            await _passing.AnswerAsync(exchange, head, body, cancel).ConfigureAwait(false);
        else if (!isChat)
            await AnswerAloneAsync(exchange).ConfigureAwait(false);
        else if (_passing is null && served.Model is { } asked && asked != parts.Options.ModelName)
            await exchange.FailAsync(ApiError.NoSuchModel(asked, parts.Options.ModelName)).ConfigureAwait(false);
        else
        {
            exchange.Record.Model ??= _passing is null ? parts.Options.ModelName : null;
            await _deliberating.AnswerAsync(exchange, served, body, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What is not a chat, where there is a model in process and no upstream.</summary>
    private Task AnswerAloneAsync(Exchange exchange)
    {
        var name = parts.Options.ModelName;
        var card = new { Id = name, Object = "model", Created = parts.Clock.GetUtcNow().ToUnixTimeSeconds(), OwnedBy = "plumbline" };
        if (exchange.Shape == AnswerShape.Models)
            return exchange.Context.Response.WriteAsJsonAsync(new { Object = "list", Data = new[] { card } }, CompletionWriter.Json, exchange.Context.RequestAborted);
        if (exchange.Shape == AnswerShape.Embeddings)
            return exchange.FailAsync(new ApiError(404, $"The model '{name}' makes no embeddings. Ask a gateway with an upstream that does (--upstream URL).", Code: "no_embeddings"));
        return exchange.Shape.Path == AnswerShape.Model(name).Path
            ? exchange.Context.Response.WriteAsJsonAsync(card, CompletionWriter.Json, exchange.Context.RequestAborted)
            : exchange.FailAsync(ApiError.NoSuchModel(Uri.UnescapeDataString(exchange.Shape.Path["models/".Length..]), name));
    }

    private async Task FailAsync(Exchange exchange, Exception broken, bool outOfTime)
    {
        var error = Explain(exchange, broken is AggregateException { InnerExceptions: [.., var last] } ? last : broken, outOfTime);
        if (error == ApiError.Failed)
            failed?.Invoke(broken);
        try
        {
            await exchange.FailAsync(error).ConfigureAwait(false);
        }
        catch (Exception) when (exchange.Context.RequestAborted.IsCancellationRequested)
        {
            // nobody is there to be told
        }
    }

    private ApiError Explain(Exchange exchange, Exception broken, bool outOfTime) => broken switch
    {
        InputException wrong => ApiError.Refused(wrong),
        UpstreamException silent => UpstreamError.Of(silent, exchange.Record.Model),
        BudgetSpentException spent => new ApiError(400, spent.Message, Code: "budget_spent") { MayRetry = false },
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new ApiError(413, $"The body is larger than {Size(parts.Options.LongestRequest)}. Send a shorter conversation.", "body", "request_too_large"),
        BadHttpRequestException wrong => new ApiError(wrong.StatusCode, "The body could not be read to its end. Send it whole, and with its length.", "body"),
        EndOfStreamException => new ApiError(400, "The body is shorter than it says. Send it whole, and with its length.", "body"),
        // What the upstream says of a request that strategies made may quote the rules that they put into it.
        ClientResultException { Status: >= 400 and < 500 } refused => new ApiError(refused.Status, "The upstream refuses the request that the strategies made of yours. Send a shorter or plainer one; if that does not help, ask without strategies.", Code: "upstream_refused"),
        ClientResultException { InnerException: UpstreamException silent } => UpstreamError.Of(silent, exchange.Record.Model),
        OperationCanceledException when outOfTime => new ApiError(504, FormattableString.Invariant($"The request took longer than {parts.Options.RequestLimit.TotalSeconds:0.###} seconds, which is the limit. Ask for less at a time."), Code: "timeout"),
        _ => ApiError.Failed,
    };

    private static string Size(long bytes) => bytes % (1 << 20) == 0 ? $"{bytes >> 20} MiB" : $"{bytes} bytes";
}
