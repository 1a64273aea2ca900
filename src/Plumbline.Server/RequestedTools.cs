using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Plumbline.Server;

/// <summary>Reads <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>.</summary>
/// <param name="Tools">What the model may call; null for nothing.</param>
/// <param name="Mode">Whether it may, must not or has to.</param>
/// <param name="Several">Whether it may call several at once; null if the request does not say.</param>
internal sealed partial record RequestedTools(IList<AITool>? Tools, ChatToolMode? Mode, bool? Several)
{
    private const int Most = 128;
    private const string Example = """Send {"type": "function", "function": {"name": "...", "description": "...", "parameters": {"type": "object", "properties": {...}}}}.""";
    private const string ChoiceExample = """Send "none", "auto", "required" or {"type": "function", "function": {"name": "..."}}.""";

    private static readonly JsonElement NoArguments = JsonElement.Parse("""{ "type": "object", "properties": {} }""");

    /// <exception cref="InputException">They are not what the API says, or a tool is chosen that is not there.</exception>
    public static RequestedTools Read(JsonElement body)
    {
        if (!body.TryGetProperty("tools", out var given) || given.ValueKind == JsonValueKind.Null)
            given = JsonElement.Parse("[]");
        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() > Most)
            throw new InputException("tools", $"it is not a list of at most {Most} tools.", Example);
        List<AITool> tools = [.. given.EnumerateArray().Select(Tool)];
        if (tools.GroupBy(tool => tool.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InputException("tools", $"two tools are called '{twice.Key}'.", "Give each a name of its own.");
        return new(tools.Count > 0 ? tools : null, Choice(body, tools), CompletionRequest.MaybeFlag(body, "parallel_tool_calls"));
    }

    private static AIFunctionDeclaration Tool(JsonElement tool, int index)
    {
        var place = $"tools[{index}]";
        if (tool.ValueKind != JsonValueKind.Object || Text(tool, "type") != "function" || !tool.TryGetProperty("function", out var function) || function.ValueKind != JsonValueKind.Object)
            throw new InputException(place, "it is no function.", Example);
        if (Text(function, "name") is not { } name || !Name().IsMatch(name))
            throw new InputException($"{place}.function.name", "it is no name.", "Expected 1 to 64 letters, digits, underscores and dashes.");
        if (!function.TryGetProperty("parameters", out var parameters) || parameters.ValueKind == JsonValueKind.Null)
            parameters = NoArguments;
        if (parameters.ValueKind != JsonValueKind.Object)
            throw new InputException($"{place}.function.parameters", "it is no schema.", Example);
        return AIFunctionFactory.CreateDeclaration(name, Text(function, "description"), parameters.Clone());
    }

    private static ChatToolMode? Choice(JsonElement body, List<AITool> tools)
    {
        if (!body.TryGetProperty("tool_choice", out var choice) || choice.ValueKind == JsonValueKind.Null)
            return null;
        ChatToolMode? mode = choice.ValueKind switch
        {
            JsonValueKind.String => choice.GetString() switch { "none" => ChatToolMode.None, "auto" => ChatToolMode.Auto, "required" => ChatToolMode.RequireAny, _ => (ChatToolMode?)null },
            JsonValueKind.Object when Text(choice, "type") == "function" && choice.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object && Text(function, "name") is { } name =>
                tools.Exists(tool => tool.Name == name) ? ChatToolMode.RequireSpecific(name) : throw new InputException("tool_choice", $"there is no tool '{name}'.", "Choose one of 'tools'."),
            _ => null,
        };
        if (mode is null)
            throw new InputException("tool_choice", "it is not known.", ChoiceExample);
        return mode == ChatToolMode.RequireAny && tools.Count == 0 ? throw new InputException("tool_choice", "a call is required, but there are no tools.", "Send 'tools', or leave it out.") : mode;
    }

    private static string? Text(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,64}\z")]
    private static partial Regex Name();
}
