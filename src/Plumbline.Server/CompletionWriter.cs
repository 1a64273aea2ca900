using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Plumbline.Server;

/// <summary>Writes what a chat client says as a chat completion, whole or in events.</summary>
/// <remarks>Reasoning is given as <c>reasoning_content</c>, never as part of the answer.</remarks>
/// <param name="model">What the model is called in the answer.</param>
/// <param name="clock">When the answer was made.</param>
internal sealed class CompletionWriter(string model, TimeProvider clock)
{
    /// <summary>How the API writes JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly JsonSerializerOptions Arguments = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    /// <summary>Writes a whole answer.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="response">What was said.</param>
    /// <param name="asks">Whether log-probabilities were asked for.</param>
    /// <param name="spent">What strategies spent, or null.</param>
    /// <param name="cancel">Stops the writing.</param>
    public Task WriteAsync(HttpContext context, ChatResponse response, bool asks, object? spent, CancellationToken cancel)
    {
        var contents = response.Messages.SelectMany(message => message.Contents).ToArray();
        var calls = contents.OfType<FunctionCallContent>().Select(call => Call(call)).ToArray();
        var reasoning = string.Concat(contents.OfType<TextReasoningContent>().Select(content => content.Text));
        return context.Response.WriteAsJsonAsync(new
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
                    Logprobs = asks ? TokenLogProbabilities.Of(response) : null,
                    FinishReason = (response.FinishReason ?? ChatFinishReason.Stop).Value,
                },
            },
            Usage = Usage(response.Usage, spent),
        }, Json, cancel);
    }

    /// <summary>Writes an answer in events, each as soon as it is there.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="updates">What is said.</param>
    /// <param name="asks">Whether log-probabilities were asked for.</param>
    /// <param name="includeUsage">Whether the last event says what it cost.</param>
    /// <param name="spent">What strategies spent, or null.</param>
    /// <param name="cancel">Stops the writing.</param>
    public async Task WriteAsync(HttpContext context, IAsyncEnumerable<ChatResponseUpdate> updates, bool asks, bool includeUsage, object? spent, CancellationToken cancel)
    {
        var (id, created, reason, usage) = (NewId(), Now, ChatFinishReason.Stop, (UsageDetails?)null);
        string? role = "assistant"; // said once, with the first piece
        var called = 0;
        await foreach (var update in updates.ConfigureAwait(false))
        {
            reason = update.FinishReason ?? reason;
            var logged = asks ? TokenLogProbabilities.Of(update) : null;
            foreach (var content in update.Contents)
            {
                if (content is UsageContent counted)
                    (usage ??= new()).Add(counted.Details);
                else if (content is FunctionCallContent call)
                    await SendDeltaAsync(new { Role = role, ToolCalls = new[] { Call(call, called++) } }, null).ConfigureAwait(false);
                else if (content is TextReasoningContent or TextContent)
                    (_, logged) = (await SendDeltaAsync(new { Role = role, Content = (content as TextContent)?.Text, ReasoningContent = (content as TextReasoningContent)?.Text }, logged).ConfigureAwait(false), null);
            }
        }

        await SendAsync(context, Chunk(new { Role = role }, reason.Value, null), cancel).ConfigureAwait(false);
        if (includeUsage)
            await SendAsync(context, new { Id = id, Object = "chat.completion.chunk", Created = created, Model = model, Choices = Array.Empty<object>(), Usage = Usage(usage, spent) }, cancel).ConfigureAwait(false);
        await context.Response.WriteAsync("data: [DONE]\n\n", cancel).ConfigureAwait(false);

        async Task<bool> SendDeltaAsync(object delta, object? logged)
        {
            await SendAsync(context, Chunk(delta, null, logged), cancel).ConfigureAwait(false);
            role = null;
            return true;
        }

        object Chunk(object delta, string? finish, object? logged) =>
            new { Id = id, Object = "chat.completion.chunk", Created = created, Model = model, Choices = new[] { new { Index = 0, Delta = delta, Logprobs = logged, FinishReason = finish } } };
    }

    /// <summary>Sends one event now.</summary>
    public static async Task SendAsync(HttpContext context, object content, CancellationToken cancel, string? name = null)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"{(name is null ? "" : $"event: {name}\n")}data: {JsonSerializer.Serialize(content, Json)}\n\n", cancel).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>The arguments of a call, a JSON object in a string.</summary>
    public static string ArgumentsOf(FunctionCallContent call) => JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), Arguments);

    /// <summary>A call of a tool; in a stream with its place among the calls.</summary>
    private static object Call(FunctionCallContent call, int? index = null) => new
    {
        Index = index,
        Id = call.CallId,
        Type = "function",
        Function = new { call.Name, Arguments = ArgumentsOf(call) },
    };

    /// <summary>What the assistant says; without text the content is null, not missing.</summary>
    private sealed record Answer(string Role, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Content, string? ReasoningContent, object[]? ToolCalls);

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    private static string NewId() => $"chatcmpl-{Guid.NewGuid():N}";

    private static object? Usage(UsageDetails? usage, object? spent) => usage is null && spent is null
        ? null
        : new { PromptTokens = usage?.InputTokenCount ?? 0, CompletionTokens = usage?.OutputTokenCount ?? 0, TotalTokens = (usage?.InputTokenCount ?? 0) + (usage?.OutputTokenCount ?? 0), Plumbline = spent };
}
