using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Training.Files;

/// <summary>Messages as people write them down: OpenAI's roles, contents, reasoning and tool calls, and the older form with <c>from</c> and <c>value</c>.</summary>
internal static class MessageReader
{
    private const string Roles = "system, developer, user, assistant or tool";

    /// <summary>A list of messages, at least one.</summary>
    public static IReadOnlyList<ChatMessage> List(RowValue list)
    {
        var messages = list.Elements("a list of messages").Select(Message).ToArray();
        return messages.Length > 0 ? messages : throw list.Wrong("there are no messages.", "Write at least one, or leave the row out.");
    }

    /// <summary>Messages to answer: a list, or the words of a user.</summary>
    public static IReadOnlyList<ChatMessage> Prompt(RowValue value) => value.IsText ? [new ChatMessage(ChatRole.User, value.FilledText())] : value.IsList ? List(value) : throw value.Unexpected("text or a list of messages");

    /// <summary>One message.</summary>
    public static ChatMessage Message(RowValue message)
    {
        message.Object("a message, for example {\"role\": \"user\", \"content\": \"…\"}");
        var role = Role(message.Find("role", "from") ?? throw message.Wrong("the message does not say who speaks.", $"Add 'role': {Roles}."));
        var calls = message.Find("tool_calls") is { } list ? list.Elements("a list of calls").Select(Call).ToArray() : [];
        var content = message.Find("content", "value", "text");
        if (content is null && calls.Length == 0)
            throw message.Wrong("the message has no 'content'.", "Write what was said; a message that only calls tools has 'tool_calls'.");
        var text = content is { } said ? Text(said) : "";
        if (role == ChatRole.Tool)
            return new ChatMessage(role, [new FunctionResultContent(message.Find("tool_call_id", "name")?.Text() ?? "", text)]);
        if (calls.Length > 0 && role != ChatRole.Assistant)
            throw message.Wrong($"a message of the {role.Value} calls tools.", "Only the assistant does.");
        var reasoning = role == ChatRole.Assistant ? message.Find("reasoning_content", "reasoning", "thinking")?.Text() : null;
        if (role == ChatRole.Assistant && calls.Length == 0 && string.IsNullOrWhiteSpace(text) && string.IsNullOrWhiteSpace(reasoning))
            throw message.Wrong("the answer is empty.", "Write what the assistant says, or leave the row out.");
        return new ChatMessage(role,
        [
            .. string.IsNullOrEmpty(reasoning) ? [] : (AIContent[])[new TextReasoningContent(reasoning)],
            .. text.Length == 0 && calls.Length > 0 ? [] : (AIContent[])[new TextContent(text)],
            .. calls,
        ]);
    }

    /// <summary>Whether OpenAI's <c>weight</c> says that an answer is not to be imitated.</summary>
    public static bool IsLearnt(RowValue message) => message.Find("weight") is not { } weight || weight.Number() switch
    {
        0 => false,
        1 => true,
        _ => throw weight.Unexpected("0 or 1"),
    };

    private static ChatRole Role(RowValue value) => value.Text() switch
    {
        "system" or "developer" => ChatRole.System,
        "user" or "human" => ChatRole.User,
        "assistant" or "gpt" or "model" or "bot" => ChatRole.Assistant,
        "tool" or "function" or "observation" => ChatRole.Tool,
        _ => throw value.Unexpected(Roles),
    };

    /// <summary>A text, or parts of which all are text.</summary>
    private static string Text(RowValue content) => content.IsText ? content.Text() : string.Concat(content.Elements("text or a list of parts").Select(Part));

    private static string Part(RowValue part) => part.Find("text")?.Text()
        ?? throw part.Wrong($"a part of the type '{part.Find("type")?.Text() ?? "none"}' is no text.", "The models here read text only; leave the row out.");

    private static AIContent Call(RowValue call)
    {
        var function = call.Object("a call").Find("function") ?? call;
        var name = (function.Find("name") ?? throw function.Wrong("the call does not name its function.", "Add 'name'.")).FilledText();
        return new FunctionCallContent(call.Find("id")?.Text() ?? "", name, function.Find("arguments") is { } arguments ? Arguments(arguments) : null);
    }

    /// <summary>An object, or one that was written as text.</summary>
    private static Dictionary<string, object?> Arguments(RowValue value)
    {
        try
        {
            using var document = JsonDocument.Parse(value.IsText ? value.Text() : value.Raw, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.EnumerateObject().ToDictionary(each => each.Name, each => (object?)each.Value.Clone(), StringComparer.Ordinal)
                : throw value.Unexpected("an object of arguments");
        }
        catch (JsonException)
        {
            throw value.Unexpected("an object of arguments, as it is or as text");
        }
    }
}
