using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Plumbline.Server.Responses;

/// <summary>Writes what a chat client says as a response of <c>/v1/responses</c>, whole or in events.</summary>
/// <remarks>Reasoning is an output item of its own, never part of the answer.</remarks>
/// <param name="model">What the model is called in the answer.</param>
/// <param name="clock">When the answer was made.</param>
internal sealed class ResponseWriter(string model, TimeProvider clock)
{
    private readonly string _id = $"resp_{Guid.NewGuid():N}";
    private readonly long _created = clock.GetUtcNow().ToUnixTimeSeconds();
    private int _events;

    /// <summary>Writes a whole answer.</summary>
    public Task WriteAsync(HttpContext context, ChatResponse response, JsonNode? spent, CancellationToken cancel)
    {
        var output = new JsonArray();
        foreach (var content in Joined(response.Messages.SelectMany(message => message.Contents)))
            output.Add(Item(content, NewId(content)));
        return context.Response.WriteAsJsonAsync(Whole(output, response.FinishReason == ChatFinishReason.Length ? "incomplete" : "completed", response.Usage, spent), CompletionWriter.Json, cancel);
    }

    /// <summary>Writes an answer in events, each as soon as it is there.</summary>
    public async Task WriteAsync(HttpContext context, IAsyncEnumerable<ChatResponseUpdate> updates, JsonNode? spent, CancellationToken cancel)
    {
        var output = new JsonArray();
        var (cut, usage) = (false, (UsageDetails?)null);
        AIContent? open = null; // the item that pieces are added to
        var id = "";
        await SendAsync("response.created", new() { ["response"] = Whole([], "in_progress", null, null) }).ConfigureAwait(false);
        await SendAsync("response.in_progress", new() { ["response"] = Whole([], "in_progress", null, null) }).ConfigureAwait(false);
        await foreach (var update in updates.ConfigureAwait(false))
        {
            cut |= update.FinishReason == ChatFinishReason.Length;
            foreach (var content in update.Contents)
            {
                if (content is UsageContent counted)
                    (usage ??= new()).Add(counted.Details);
                if (content is not (TextContent or TextReasoningContent or FunctionCallContent))
                    continue;
                if (open is not null && Continues(open, content))
                {
                    open = Joined([open, content]).Single();
                }
                else
                {
                    await CloseAsync().ConfigureAwait(false);
                    (open, id) = (content, NewId(content));
                    await SendAsync("response.output_item.added", new() { ["output_index"] = output.Count, ["item"] = Begun(content, id) }).ConfigureAwait(false);
                    if (content is TextContent)
                        await SendAsync("response.content_part.added", Of(new() { ["part"] = Part("") })).ConfigureAwait(false);
                }

                if (content is TextContent piece)
                    await SendAsync("response.output_text.delta", Of(new() { ["delta"] = piece.Text, ["logprobs"] = new JsonArray() })).ConfigureAwait(false);
                else if (content is FunctionCallContent call)
                    await SendAsync("response.function_call_arguments.delta", new() { ["item_id"] = id, ["output_index"] = output.Count, ["delta"] = CompletionWriter.ArgumentsOf(call) }).ConfigureAwait(false);
            }
        }

        await CloseAsync().ConfigureAwait(false);
        var status = cut ? "incomplete" : "completed";
        await SendAsync($"response.{status}", new() { ["response"] = Whole(output, status, usage, spent) }).ConfigureAwait(false);

        async Task CloseAsync()
        {
            if (open is null)
                return;
            if (open is TextContent text)
            {
                await SendAsync("response.output_text.done", Of(new() { ["text"] = text.Text, ["logprobs"] = new JsonArray() })).ConfigureAwait(false);
                await SendAsync("response.content_part.done", Of(new() { ["part"] = Part(text.Text) })).ConfigureAwait(false);
            }
            else if (open is FunctionCallContent call)
                await SendAsync("response.function_call_arguments.done", new() { ["item_id"] = id, ["output_index"] = output.Count, ["name"] = call.Name, ["arguments"] = CompletionWriter.ArgumentsOf(call) }).ConfigureAwait(false);
            await SendAsync("response.output_item.done", new() { ["output_index"] = output.Count, ["item"] = Item(open, id) }).ConfigureAwait(false);
            output.Add(Item(open, id));
            open = null;
        }

        JsonObject Of(JsonObject content)
        {
            (content["item_id"], content["output_index"], content["content_index"]) = (id, output.Count, 0);
            return content;
        }

        Task SendAsync(string type, JsonObject content)
        {
            (content["type"], content["sequence_number"]) = (type, _events++);
            return CompletionWriter.SendAsync(context, content, cancel, type);
        }
    }

    private JsonObject Whole(JsonArray output, string status, UsageDetails? usage, JsonNode? spent)
    {
        var whole = new JsonObject
        {
            ["id"] = _id,
            ["object"] = "response",
            ["created_at"] = _created,
            ["status"] = status,
            ["error"] = null,
            ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["instructions"] = null,
            ["model"] = model,
            ["output"] = output,
            ["parallel_tool_calls"] = true,
            ["tool_choice"] = "auto",
            ["tools"] = new JsonArray(),
            ["metadata"] = new JsonObject(),
        };
        if (usage is not null || spent is not null)
        {
            var (input, written) = (usage?.InputTokenCount ?? 0, usage?.OutputTokenCount ?? 0);
            whole["usage"] = new JsonObject
            {
                ["input_tokens"] = input,
                ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
                ["output_tokens"] = written,
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
                ["total_tokens"] = input + written,
            };
            if (spent is not null)
                whole["usage"]!["plumbline"] = spent;
        }

        return whole;
    }

    /// <summary>Pieces of the same kind that follow each other are one.</summary>
    private static List<AIContent> Joined(IEnumerable<AIContent> contents)
    {
        var joined = new List<AIContent>();
        foreach (var content in contents.Where(content => content is TextContent or TextReasoningContent or FunctionCallContent))
        {
            if (joined.Count > 0 && Continues(joined[^1], content))
                joined[^1] = content is TextContent text ? new TextContent(((TextContent)joined[^1]).Text + text.Text) : new TextReasoningContent(((TextReasoningContent)joined[^1]).Text + ((TextReasoningContent)content).Text);
            else
                joined.Add(content);
        }

        return joined;
    }

    private static bool Continues(AIContent before, AIContent after) => (before, after) is (TextContent, TextContent) or (TextReasoningContent, TextReasoningContent);

    private static JsonObject Item(AIContent content, string id) => content switch
    {
        FunctionCallContent call => new JsonObject { ["type"] = "function_call", ["id"] = id, ["call_id"] = call.CallId, ["name"] = call.Name, ["arguments"] = CompletionWriter.ArgumentsOf(call), ["status"] = "completed" },
        TextReasoningContent reasoning => new JsonObject { ["type"] = "reasoning", ["id"] = id, ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = reasoning.Text }) },
        _ => new JsonObject { ["type"] = "message", ["id"] = id, ["status"] = "completed", ["role"] = "assistant", ["content"] = new JsonArray(Part(((TextContent)content).Text)) },
    };

    private static JsonObject Begun(AIContent content, string id) => content switch
    {
        FunctionCallContent call => new JsonObject { ["type"] = "function_call", ["id"] = id, ["call_id"] = call.CallId, ["name"] = call.Name, ["arguments"] = "", ["status"] = "in_progress" },
        TextReasoningContent => new JsonObject { ["type"] = "reasoning", ["id"] = id, ["summary"] = new JsonArray() },
        _ => new JsonObject { ["type"] = "message", ["id"] = id, ["status"] = "in_progress", ["role"] = "assistant", ["content"] = new JsonArray() },
    };

    private static JsonObject Part(string text) => new() { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() };

    private static string NewId(AIContent content) => $"{(content is FunctionCallContent ? "fc" : content is TextReasoningContent ? "rs" : "msg")}_{Guid.NewGuid():N}";
}
