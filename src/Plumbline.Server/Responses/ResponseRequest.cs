using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Plumbline.Server.Responses;

/// <summary>Reads a request to <c>/v1/responses</c> as the chat that it is. What is kept at a server between requests is not known here.</summary>
internal static class ResponseRequest
{
    /// <summary>How a request looks.</summary>
    public const string Example = """Send {"input": "..."}.""";

    private static readonly string[] Unsupported = ["previous_response_id", "conversation", "background", "prompt", "include", "top_logprobs"];

    /// <summary>Members that mean the same under another name.</summary>
    private static readonly (string Here, string There)[] Same =
    [
        ("model", "model"), ("temperature", "temperature"), ("top_p", "top_p"), ("max_output_tokens", "max_completion_tokens"), ("stream", "stream"), ("parallel_tool_calls", "parallel_tool_calls"), ("seed", "seed"),
    ];

    /// <exception cref="InputException">It asks for what cannot be given here, or is no request.</exception>
    public static CompletionRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw new InputException("body", "it is not an object.", Example);
        if (Unsupported.FirstOrDefault(name => body.TryGetProperty(name, out var part) && Asks(part)) is { } unsupported)
            throw new InputException(unsupported, "it is not supported where strategies or a model in process answer.", "Leave it out, and send the whole conversation as input.");
        try
        {
            var read = CompletionRequest.Read(JsonSerializer.SerializeToElement(Chat(body)));
            return Text(body, "instructions") is { } instructions ? read with { Messages = [new ChatMessage(ChatRole.System, instructions), .. read.Messages] } : read;
        }
        catch (InvalidOperationException broken) // what System.Text.Json says of text that is not Unicode
        {
            throw new InputException("body", "it holds text that is not Unicode.", "Send UTF-8 without half surrogate pairs.", broken);
        }
        catch (InputException wrong) when (wrong.Place.StartsWith("messages", StringComparison.Ordinal))
        {
            throw new InputException($"input{wrong.Place["messages".Length..]}", wrong.Problem, wrong.Remedy, wrong);
        }
    }

    private static bool Asks(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Array => part.GetArrayLength() > 0,
        JsonValueKind.Number => part.GetDouble() != 0,
        _ => true,
    };

    private static JsonObject Chat(JsonElement body)
    {
        var chat = new JsonObject { ["messages"] = Messages(body) };
        foreach (var (here, there) in Same)
        {
            if (body.TryGetProperty(here, out var value))
                chat[there] = JsonNode.Parse(value.GetRawText());
        }

        if (body.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array)
            chat["tools"] = new JsonArray([.. tools.EnumerateArray().Select(Tool)]);
        if (body.TryGetProperty("tool_choice", out var choice))
            chat["tool_choice"] = choice.ValueKind == JsonValueKind.Object && Text(choice, "type") == "function" ? new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = Text(choice, "name") } } : JsonNode.Parse(choice.GetRawText());
        if (body.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.Object && text.TryGetProperty("format", out var format))
            chat["response_format"] = Format(format);
        return chat;
    }

    private static JsonNode? Format(JsonElement format)
    {
        var node = JsonNode.Parse(format.GetRawText());
        if (node is not JsonObject named || Text(format, "type") != "json_schema")
            return node;
        named.Remove("type");
        return new JsonObject { ["type"] = "json_schema", ["json_schema"] = named };
    }

    private static JsonNode? Tool(JsonElement tool)
    {
        if (JsonNode.Parse(tool.GetRawText()) is not JsonObject function || Text(tool, "type") != "function")
            return JsonNode.Parse(tool.GetRawText());
        function.Remove("type");
        return new JsonObject { ["type"] = "function", ["function"] = function };
    }

    private static JsonArray Messages(JsonElement body)
    {
        if (!body.TryGetProperty("input", out var input) || input.ValueKind is not (JsonValueKind.String or JsonValueKind.Array) || input.ValueKind == JsonValueKind.Array && input.GetArrayLength() == 0)
            throw new InputException("input", "there is none.", Example);
        return input.ValueKind == JsonValueKind.String
            ? [new JsonObject { ["role"] = "user", ["content"] = input.GetString() }]
            : new JsonArray([.. input.EnumerateArray().Where(item => Text(item, "type") != "reasoning").Select(Message)]);
    }

    private static JsonNode? Message(JsonElement item, int index) => Text(item, "type") switch
    {
        "message" or null => new JsonObject { ["role"] = Text(item, "role"), ["content"] = Content(item, index) },
        "function_call" => new JsonObject
        {
            ["role"] = "assistant",
            ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = Text(item, "call_id"), ["type"] = "function", ["function"] = new JsonObject { ["name"] = Text(item, "name"), ["arguments"] = Text(item, "arguments") } }),
        },
        "function_call_output" => new JsonObject { ["role"] = "tool", ["tool_call_id"] = Text(item, "call_id"), ["content"] = Text(item, "output") },
        _ => throw new InputException($"input[{index}].type", "it is not supported.", "Expected message, function_call or function_call_output."),
    };

    private static JsonNode? Content(JsonElement item, int index)
    {
        if (!item.TryGetProperty("content", out var content))
            throw new InputException($"input[{index}]", "it is not an object with role and content.", """Send { "role": "user", "content": "..." }.""");
        if (content.ValueKind != JsonValueKind.Array)
            return JsonNode.Parse(content.GetRawText());
        return new JsonArray([.. content.EnumerateArray().Select(part => Text(part, "type") is "input_text" or "output_text" ? new JsonObject { ["type"] = "text", ["text"] = Text(part, "text") } : JsonNode.Parse(part.GetRawText()))]);
    }

    private static string? Text(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
