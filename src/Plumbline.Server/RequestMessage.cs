using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Server;

/// <summary>Reads one of <c>messages</c>: text, calls of tools, or the result of one.</summary>
internal static class RequestMessage
{
    private const string CallExample = """Send {"id": "...", "type": "function", "function": {"name": "...", "arguments": "{...}"}}, the arguments a JSON object in a string.""";

    /// <param name="message">The message.</param>
    /// <param name="index">Which it is.</param>
    /// <exception cref="InputException">It is none that a model here can read.</exception>
    public static ChatMessage Read(JsonElement message, int index)
    {
        var place = $"messages[{index}]";
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out var role))
            throw NoMessage(place);
        JsonElement? content = message.TryGetProperty("content", out var given) ? given : null;
        return (role.ValueKind == JsonValueKind.String ? role.GetString() : null) switch
        {
            "system" or "developer" => new(ChatRole.System, Text(content, place)),
            "user" => new(ChatRole.User, Text(content, place)),
            "assistant" when message.TryGetProperty("tool_calls", out var calls) && calls.ValueKind != JsonValueKind.Null => Calling(content, calls, place),
            "assistant" => new(ChatRole.Assistant, Text(content, place)),
            "tool" => new(ChatRole.Tool, [new FunctionResultContent(CallId(message, place), Text(content, place))]),
            _ => throw new InputException($"{place}.role", "it is not known.", "Expected system, developer, user, assistant or tool."),
        };
    }

    private static ChatMessage Calling(JsonElement? content, JsonElement calls, string place)
    {
        if (calls.ValueKind != JsonValueKind.Array || calls.GetArrayLength() == 0)
            throw new InputException($"{place}.tool_calls", "it is no list of calls.", CallExample);
        var said = content is null or { ValueKind: JsonValueKind.Null } ? "" : Text(content, place);
        return new(ChatRole.Assistant, [.. said.Length > 0 ? [new TextContent(said)] : (AIContent[])[], .. calls.EnumerateArray().Select((call, index) => Call(call, $"{place}.tool_calls[{index}]"))]);
    }

    private static FunctionCallContent Call(JsonElement call, string place)
    {
        if (call.ValueKind != JsonValueKind.Object || !call.TryGetProperty("function", out var function) || function.ValueKind != JsonValueKind.Object
            || Word(call, "id") is not { } id || Word(function, "name") is not { } name || Word(function, "arguments") is not { } arguments)
        {
            throw new InputException(place, "it is no call.", CallExample);
        }
        try
        {
            using var json = JsonDocument.Parse(arguments.Length == 0 ? "{}" : arguments);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return new(id, name, Values(json.RootElement));
        }
        catch (JsonException)
        {
            // said below
        }
        throw new InputException($"{place}.function.arguments", "it is no JSON object.", CallExample);
    }

    private static Dictionary<string, object?> Values(JsonElement arguments)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var argument in arguments.EnumerateObject())
            values[argument.Name] = argument.Value.ValueKind == JsonValueKind.Null ? null : argument.Value.Clone();
        return values;
    }

    private static string CallId(JsonElement message, string place) =>
        Word(message, "tool_call_id") ?? throw new InputException($"{place}.tool_call_id", "there is none.", "Say which call it is the result of.");

    private static string Text(JsonElement? content, string place) => content switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(part => PartText(part, place))),
        null => throw NoMessage(place),
        _ => throw NoText(place),
    };

    private static string PartText(JsonElement part, string place) =>
        part.ValueKind == JsonValueKind.Object && Word(part, "type") == "text" && Word(part, "text") is { } text ? text : throw NoText(place);

    private static string? Word(JsonElement holder, string name) => holder.TryGetProperty(name, out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;

    private static InputException NoMessage(string place) => new(place, "it is not an object with role and content.", "Send { \"role\": \"user\", \"content\": \"...\" }.");

    private static InputException NoText(string place) => new($"{place}.content", "it is not text.", "Expected a string, or a list of { \"type\": \"text\", \"text\": \"...\" }.");
}
