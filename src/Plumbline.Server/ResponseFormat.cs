using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Server;

/// <summary>Reads <c>response_format</c>: <c>text</c>, <c>json_object</c>, or <c>json_schema</c> with a schema.</summary>
internal static class ResponseFormat
{
    private const string Name = "response_format";
    private const string Example = """Send {"type": "json_object"}, or {"type": "json_schema", "json_schema": {"name": "...", "schema": {...}}}.""";

    /// <returns>The format, or null if any text will do.</returns>
    /// <exception cref="InputException">It is none of these.</exception>
    public static ChatResponseFormat? Read(JsonElement body)
    {
        if (!body.TryGetProperty(Name, out var format) || format.ValueKind == JsonValueKind.Null)
            return null;
        if (format.ValueKind != JsonValueKind.Object || Text(format, "type") is not { } type)
            throw new InputException(Name, "it has no type.", Example);
        return type switch
        {
            "text" => null,
            "json_object" => ChatResponseFormat.Json,
            "json_schema" => Schema(format),
            _ => throw new InputException(Name, $"the type '{type}' is not supported.", Example),
        };
    }

    private static ChatResponseFormatJson Schema(JsonElement format) =>
        format.TryGetProperty("json_schema", out var named) && named.ValueKind == JsonValueKind.Object && named.TryGetProperty("schema", out var schema) && schema.ValueKind == JsonValueKind.Object
            ? ChatResponseFormat.ForJsonSchema(schema.Clone(), Text(named, "name"), Text(named, "description"))
            : throw new InputException(Name, "there is no schema.", Example);

    private static string? Text(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
