using System.Text.Json;
using System.Text.Json.Serialization;
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
    /// <summary>How the API writes JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly JsonSerializerOptions Arguments = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

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
                await error.WriteAsync(context, Json).ConfigureAwait(false);
                return;
            }

            // Half an answer was sent: say so, then cut the connection, so that nobody takes the half for the whole.
            await SendAsync(context, error.Body, cancel).ConfigureAwait(false);
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
            await ApiError.NoSuchModel(asked, model).WriteAsync(context, Json).ConfigureAwait(false);
        else if (request.Stream)
            await StreamAsync(context, request, cancel).ConfigureAwait(false);
        else
            await AnswerAsync(context, request, cancel).ConfigureAwait(false);
    }

    private static async Task<JsonDocument> ParseAsync(Stream body, CancellationToken cancel)
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

    private async Task AnswerAsync(HttpContext context, CompletionRequest request, CancellationToken cancel)
    {
        var response = await client.GetResponseAsync(request.Messages, request.Options, cancel).ConfigureAwait(false);
        var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => Call(call)).ToArray();
        var reasoning = string.Concat(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(content => content.Text));
        await context.Response.WriteAsJsonAsync(new
        {
            Id = NewId(),
            Object = "chat.completion",
            Created = Now,
            Model = model,
            Choices = new[]
            {
                new
                {
                    Index = 0,
                    Message = new Answer("assistant", calls.Length > 0 && response.Text.Length == 0 ? null : response.Text, reasoning.Length > 0 ? reasoning : null, calls.Length > 0 ? calls : null),
                    FinishReason = (response.FinishReason ?? ChatFinishReason.Stop).Value,
                },
            },
            Usage = Usage(response.Usage),
        }, Json, cancel).ConfigureAwait(false);
    }

    private async Task StreamAsync(HttpContext context, CompletionRequest request, CancellationToken cancel)
    {
        var (id, created, reason, usage) = (NewId(), Now, ChatFinishReason.Stop, (UsageDetails?)null);
        string? role = "assistant"; // said once, with the first piece
        var called = 0;
        await foreach (var update in client.GetStreamingResponseAsync(request.Messages, request.Options, cancel).ConfigureAwait(false))
        {
            reason = update.FinishReason ?? reason;
            foreach (var content in update.Contents)
            {
                if (content is UsageContent counted)
                    (usage ??= new()).Add(counted.Details);
                else if (content is FunctionCallContent call)
                    await SendDeltaAsync(new { Role = role, ToolCalls = new[] { Call(call, called++) } }).ConfigureAwait(false);
                else if (content is TextReasoningContent or TextContent)
                    await SendDeltaAsync(new { Role = role, Content = (content as TextContent)?.Text, ReasoningContent = (content as TextReasoningContent)?.Text }).ConfigureAwait(false);
            }
        }

        await SendAsync(context, Chunk(new { Role = role }, reason.Value), cancel).ConfigureAwait(false);
        if (request.IncludeUsage)
            await SendAsync(context, new { Id = id, Object = "chat.completion.chunk", Created = created, Model = model, Choices = Array.Empty<object>(), Usage = Usage(usage) }, cancel).ConfigureAwait(false);
        await context.Response.WriteAsync("data: [DONE]\n\n", cancel).ConfigureAwait(false);

        async Task SendDeltaAsync(object delta)
        {
            await SendAsync(context, Chunk(delta, null), cancel).ConfigureAwait(false);
            role = null;
        }

        object Chunk(object delta, string? finish) =>
            new { Id = id, Object = "chat.completion.chunk", Created = created, Model = model, Choices = new[] { new { Index = 0, Delta = delta, FinishReason = finish } } };
    }

    /// <summary>A call of a tool, its arguments a JSON object in a string; in a stream with its place among the calls.</summary>
    private static object Call(FunctionCallContent call, int? index = null) => new
    {
        Index = index,
        Id = call.CallId,
        Type = "function",
        Function = new { call.Name, Arguments = JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), Arguments) },
    };

    /// <summary>Sends one event now.</summary>
    private static async Task SendAsync(HttpContext context, object content, CancellationToken cancel)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(content, Json)}\n\n", cancel).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>What the assistant says; without text the content is null, not missing.</summary>
    private sealed record Answer(string Role, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Content, string? ReasoningContent, object[]? ToolCalls);

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    private static string NewId() => $"chatcmpl-{Guid.NewGuid():N}";

    private static object? Usage(UsageDetails? usage) => usage is null
        ? null
        : new { PromptTokens = usage.InputTokenCount ?? 0, CompletionTokens = usage.OutputTokenCount ?? 0, TotalTokens = (usage.InputTokenCount ?? 0) + (usage.OutputTokenCount ?? 0) };
}
