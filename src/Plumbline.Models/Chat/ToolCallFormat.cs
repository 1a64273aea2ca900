using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Models.Chat;

/// <summary>How models write that they call a tool.</summary>
internal enum ToolCallFormat
{
    /// <summary>No way that is known here.</summary>
    None,

    /// <summary><c>&lt;tool_call&gt;{"name": …, "arguments": {…}}&lt;/tool_call&gt;</c>: Hermes, Qwen, SmolLM.</summary>
    Tagged,

    /// <summary><c>[TOOL_CALLS] [{"name": …, "arguments": {…}}]</c>: Mistral.</summary>
    Listed,

    /// <summary><c>{"name": …, "parameters": {…}}</c> and nothing else: Llama 3.</summary>
    Bare,

    /// <summary><c>Action: ```json [{"tool_name": …, "parameters": {…}}]```</c>: Command R.</summary>
    Fenced,
}

/// <summary>Calls of tools in what a model wrote.</summary>
internal static class ToolCallText
{
    public const string Python = "<|python_tag|>";

    private const string Tagged = "<tool_call>", Listed = "[TOOL_CALLS]", Fenced = "Action: ```json";

    /// <summary>What stands before calls; null if nothing does.</summary>
    public static string? OpenOf(ToolCallFormat format) => format switch { ToolCallFormat.Tagged => Tagged, ToolCallFormat.Listed => Listed, ToolCallFormat.Fenced => Fenced, _ => null };

    /// <summary>What stands after calls; null if the answer ends there.</summary>
    public static string? CloseOf(ToolCallFormat format) => format switch { ToolCallFormat.Tagged => "</tool_call>", ToolCallFormat.Fenced => "```", _ => null };

    /// <summary>Whether calls are elements of a list.</summary>
    public static bool IsList(ToolCallFormat format) => format is ToolCallFormat.Listed or ToolCallFormat.Fenced;

    /// <summary>The properties of a call.</summary>
    public static (string Name, string Arguments) KeysOf(ToolCallFormat format) =>
        (format == ToolCallFormat.Fenced ? "tool_name" : "name", format is ToolCallFormat.Fenced or ToolCallFormat.Bare ? "parameters" : "arguments");

    /// <summary>The format that a chat template shows its model.</summary>
    public static ToolCallFormat FormatOf(string? template) =>
        template is null ? ToolCallFormat.None
        : template.Contains(Tagged, StringComparison.Ordinal) ? ToolCallFormat.Tagged
        : template.Contains(Fenced, StringComparison.Ordinal) && template.Contains("tool_name", StringComparison.Ordinal) ? ToolCallFormat.Fenced
        : template.Contains(Listed, StringComparison.Ordinal) ? ToolCallFormat.Listed
        : template.Contains(Python, StringComparison.Ordinal) || template.Contains("\"parameters\": ", StringComparison.Ordinal) ? ToolCallFormat.Bare
        : ToolCallFormat.None;

    /// <summary>Whether a text is the beginning of JSON that breaks off inside of a string: what follows is no marker then, whatever it spells.</summary>
    public static bool EndsInString(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(utf8, isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
                // only where it stops counts
            }
        }
        catch (JsonException)
        {
            return false;
        }
        return utf8.AsSpan((int)reader.BytesConsumed).TrimStart(" \t\r\n,:"u8) is [(byte)'"', ..];
    }

    /// <summary>Reads JSON of one call or a list of calls.</summary>
    /// <param name="text">The JSON; several objects may have semicolons between them.</param>
    /// <returns>The calls, or null where the text is none. The ids follow from the text: nine letters or digits, as Mistral asks for.</returns>
    public static IReadOnlyList<FunctionCallContent>? Read(string text)
    {
        try
        {
            var calls = new List<FunctionCallContent>();
            var utf8 = Encoding.UTF8.GetBytes(text.Trim().TrimEnd(';'));
            for (var start = 0; start < utf8.Length;)
            {
                var reader = new Utf8JsonReader(utf8.AsSpan(start));
                var json = JsonElement.ParseValue(ref reader);
                foreach (var each in json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray()] : (JsonElement[])[json])
                {
                    if (Call(each, Id(text, calls.Count)) is not { } call)
                        return null;
                    calls.Add(call);
                }
                start += (int)reader.BytesConsumed;
                while (start < utf8.Length && utf8[start] is (byte)';' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
                    start++;
            }
            return calls.Count > 0 ? calls : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static FunctionCallContent? Call(JsonElement json, string id)
    {
        if (json.ValueKind != JsonValueKind.Object || (!json.TryGetProperty("name", out var name) && !json.TryGetProperty("tool_name", out name)) || name.ValueKind != JsonValueKind.String)
            return null;
        if (!json.TryGetProperty("arguments", out var arguments) && !json.TryGetProperty("parameters", out arguments))
            return null;
        if (arguments.ValueKind == JsonValueKind.String)
            arguments = JsonElement.Parse(arguments.GetString()!);
        if (arguments.ValueKind != JsonValueKind.Object)
            return null;
        var given = json.TryGetProperty("id", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString()! : id;
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var argument in arguments.EnumerateObject())
            values[argument.Name] = argument.Value.ValueKind == JsonValueKind.Null ? null : argument.Value.Clone();
        return new(given, name.GetString()!, values);
    }

    private static string Id(string text, int index) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{index} {text}")))[..9];
}
