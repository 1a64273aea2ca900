using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Plumbline.Server;

/// <summary>Answers <c>POST /v1/chat/completions</c> with a chat client, whole or piece by piece (server-sent events).</summary>
/// <remarks>Reasoning is given as <c>reasoning_content</c>, never as part of the answer.</remarks>
/// <param name="client">Who answers.</param>
/// <param name="model">What the model is called in requests and responses.</param>
/// <param name="clock">When an answer was made.</param>
/// <param name="failed">Told what broke, or null.</param>
internal sealed class ChatCompletions(IChatClient client, string model, TimeProvider clock, Action<Exception>? failed)
{
    private readonly CompletionWriter _writer = new(model, clock);

    /// <summary>Reads the request, asks the client, writes the answer; what cannot be answered gets an <see cref="ApiError"/>.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var cancel = context.RequestAborted;
        try
        {
            await RespondAsync(context, cancel).ConfigureAwait(false);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // The caller hung up: nobody is there to be told.
        }
#pragma warning disable CA1031 // Whatever breaks, the caller gets an answer that it can read, and the next request is served.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            var error = Explain(broken);
            if (error.Status >= StatusCodes.Status500InternalServerError)
                failed?.Invoke(broken);
            if (!context.Response.HasStarted)
            {
                await error.WriteAsync(context, CompletionWriter.Json).ConfigureAwait(false);
                return;
            }

            // Half an answer was sent: say so, then cut the connection, so that nobody takes the half for the whole.
            await CompletionWriter.SendAsync(context, error.Body, cancel).ConfigureAwait(false);
            context.Abort();
        }
    }

    private static ApiError Explain(Exception broken) => broken switch
    {
        InputException wrong => ApiError.Refused(wrong),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new ApiError(StatusCodes.Status413PayloadTooLarge,
            $"The body is larger than {ModelServer.LongestRequest >> 20} MiB. Send a shorter conversation.", "body", "request_too_large"),
        BadHttpRequestException wrong => new ApiError(wrong.StatusCode, wrong.Message, "body"),
        _ => ApiError.Failed,
    };

    private async Task RespondAsync(HttpContext context, CancellationToken cancel)
    {
        using var body = await ParseAsync(context.Request.Body, cancel).ConfigureAwait(false);
        var request = CompletionRequest.Read(body.RootElement);
        if (request.Model is { } asked && asked != model)
            await ApiError.NoSuchModel(asked, model).WriteAsync(context, CompletionWriter.Json).ConfigureAwait(false);
        else if (request.Stream)
            await _writer.WriteAsync(context, client.GetStreamingResponseAsync(request.Messages, request.Options, cancel), asks: false, request.IncludeUsage, null, cancel).ConfigureAwait(false);
        else
            await _writer.WriteAsync(context, await client.GetResponseAsync(request.Messages, request.Options, cancel).ConfigureAwait(false), asks: false, null, cancel).ConfigureAwait(false);
    }

    internal static async Task<JsonDocument> ParseAsync(Stream body, CancellationToken cancel)
    {
        try
        {
            return await JsonDocument.ParseAsync(body, cancellationToken: cancel).ConfigureAwait(false);
        }
        catch (JsonException wrong)
        {
            throw new InputException("body", $"it is not JSON (line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}).", CompletionRequest.Example, wrong);
        }
    }
}
