using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Plumbline.Server;

/// <summary>Answers <c>POST /v1/chat/completions</c> with a chat client, whole or piece by piece (server-sent events).</summary>
/// <remarks>Reasoning is given as <c>reasoning_content</c>, never as part of the answer.</remarks>
/// <param name="client">Who answers.</param>
/// <param name="model">What the model is called in responses.</param>
/// <param name="clock">When an answer was made.</param>
internal sealed class ChatCompletions(IChatClient client, string model, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Reads the request, asks the client, writes the answer; bad input is answered with 400 and what to mend.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var cancel = context.RequestAborted;
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: cancel).ConfigureAwait(false);
            var request = CompletionRequest.Read(body.RootElement);
            if (request.Stream)
                await StreamAsync(context, request, cancel).ConfigureAwait(false);
            else
                await AnswerAsync(context, request, cancel).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            await RefuseAsync(context, "body", "The body is not JSON.").ConfigureAwait(false);
        }
        catch (InputException error) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, error.Place, error.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The caller hung up.
        }
    }

    private async Task AnswerAsync(HttpContext context, CompletionRequest request, CancellationToken cancel)
    {
        var response = await client.GetResponseAsync(request.Messages, request.Options, cancel).ConfigureAwait(false);
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
                    Message = new { Role = "assistant", Content = response.Text, ReasoningContent = reasoning.Length > 0 ? reasoning : null },
                    FinishReason = (response.FinishReason ?? ChatFinishReason.Stop).Value,
                },
            },
            Usage = Usage(response.Usage),
        }, Json, cancel).ConfigureAwait(false);
    }

    private async Task StreamAsync(HttpContext context, CompletionRequest request, CancellationToken cancel)
    {
        var (id, reason, usage) = (NewId(), ChatFinishReason.Stop, (UsageDetails?)null);
        await foreach (var update in client.GetStreamingResponseAsync(request.Messages, request.Options, cancel).ConfigureAwait(false))
        {
            reason = update.FinishReason ?? reason;
            foreach (var content in update.Contents)
            {
                if (content is TextReasoningContent or TextContent)
                    await SendAsync(Chunk(new { Role = "assistant", Content = (content as TextContent)?.Text, ReasoningContent = (content as TextReasoningContent)?.Text }, null)).ConfigureAwait(false);
                else if (content is UsageContent counted)
                    usage = counted.Details;
            }
        }

        await SendAsync(Chunk(new { }, reason.Value)).ConfigureAwait(false);
        if (request.IncludeUsage)
            await SendAsync(new { Id = id, Object = "chat.completion.chunk", Created = Now, Model = model, Choices = Array.Empty<object>(), Usage = Usage(usage) }).ConfigureAwait(false);
        await context.Response.WriteAsync("data: [DONE]\n\n", cancel).ConfigureAwait(false);

        object Chunk(object delta, string? finish) =>
            new { Id = id, Object = "chat.completion.chunk", Created = Now, Model = model, Choices = new[] { new { Index = 0, Delta = delta, FinishReason = finish } } };

        async Task SendAsync(object chunk)
        {
            if (!context.Response.HasStarted)
                context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(chunk, Json)}\n\n", cancel).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(cancel).ConfigureAwait(false);
        }
    }

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    private static string NewId() => $"chatcmpl-{Guid.NewGuid():N}";

    private static object? Usage(UsageDetails? usage) => usage is null
        ? null
        : new { PromptTokens = usage.InputTokenCount ?? 0, CompletionTokens = usage.OutputTokenCount ?? 0, TotalTokens = (usage.InputTokenCount ?? 0) + (usage.OutputTokenCount ?? 0) };

    private static Task RefuseAsync(HttpContext context, string place, string message)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsJsonAsync(new { Error = new { Message = message, Type = "invalid_request_error", Param = place } }, Json);
    }
}
