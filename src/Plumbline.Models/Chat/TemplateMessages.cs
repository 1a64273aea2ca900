using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Models.Chat.Jinja;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat;

/// <summary>Messages and tools in the shape in which chat templates know them, that of the OpenAI API with arguments as maps. All that people, models and tools wrote is data.</summary>
internal static class TemplateMessages
{
    private static readonly ChatRole[] Roles = [ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.Tool];

    /// <exception cref="InputException">A message holds what is neither text nor a call nor its result.</exception>
    public static SequenceValue Of(IReadOnlyList<ChatMessage> messages)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal); // of tools, by the call
        return new(SequenceKind.List, messages.SelectMany((message, index) => Of(message, index, names)));
    }

    /// <summary>Tools as <c>{"type": "function", "function": {"name", "description", "parameters"}}</c>.</summary>
    /// <exception cref="InputException">A tool has no name and schema.</exception>
    public static SequenceValue Of(IEnumerable<AITool> tools) => new(SequenceKind.List, tools.Select(tool => tool is AIFunctionDeclaration function
        ? new MapValue().With("type", JinjaValue.Template("function")).With("function", new MapValue()
            .With("name", JinjaValue.Data(function.Name))
            .With("description", JinjaValue.Data(function.Description))
            .With("parameters", JinjaJson.Read(function.JsonSchema)))
        : throw new InputException($"tool '{tool.Name}'", $"{tool.GetType().Name} cannot be called by a model in this process.", "Give functions: AIFunctionFactory.Create makes one of a method.")));

    private static IEnumerable<JinjaValue> Of(ChatMessage message, int index, Dictionary<string, string> names)
    {
        foreach (var call in message.Contents.OfType<FunctionCallContent>())
            names[call.CallId] = call.Name;
        if (message.Contents.FirstOrDefault(content => content is not (TextContent or TextReasoningContent or UsageContent or FunctionCallContent or FunctionResultContent)) is { } other)
            throw new InputException($"message {index + 1}", $"{other.GetType().Name} cannot be written as text.", "The model reads text only.");
        var results = message.Contents.OfType<FunctionResultContent>().ToArray();
        if (results.Length == 0 || message.Text.Length > 0)
            yield return Spoken(message);
        foreach (var result in results)
            yield return Result(result, names.GetValueOrDefault(result.CallId));
    }

    private static MapValue Spoken(ChatMessage message)
    {
        var map = new MapValue()
            .With("role", Array.Exists(Roles, role => role == message.Role) ? JinjaValue.Template(message.Role.Value.ToLowerInvariant()) : JinjaValue.Data(message.Role.Value))
            .With("content", JinjaValue.Data(message.Text));
        if (string.Concat(message.Contents.OfType<TextReasoningContent>().Select(content => content.Text)) is { Length: > 0 } reasoning)
            map.With("reasoning_content", JinjaValue.Data(reasoning));
        JinjaValue[] calls = [.. message.Contents.OfType<FunctionCallContent>().Select(Call)];
        return calls.Length == 0 ? map : map.With("tool_calls", new SequenceValue(SequenceKind.List, calls));
    }

    private static MapValue Call(FunctionCallContent call) => new MapValue()
        .With("id", JinjaValue.Data(call.CallId))
        .With("type", JinjaValue.Template("function"))
        .With("function", new MapValue().With("name", JinjaValue.Data(call.Name)).With("arguments", JinjaJson.Read(Json(call.Arguments ?? new Dictionary<string, object?>()))));

    private static MapValue Result(FunctionResultContent result, string? name)
    {
        var map = new MapValue().With("role", JinjaValue.Template("tool")).With("tool_call_id", JinjaValue.Data(result.CallId));
        if (name is not null)
            map.With("name", JinjaValue.Data(name));
        return map.With("content", JinjaValue.Data(result.Result switch
        {
            null => "",
            string text => text,
            JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
            var other => Json(other).GetRawText(),
        }));
    }

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value, AIJsonUtilities.DefaultOptions);
}
