using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Plumbline.Models.Generation.Constraints;
using Plumbline.Models.Generation.Constraints.JsonText;
using Plumbline.Models.Generation.Constraints.Schemas;
using Plumbline.Models.Generation.Constraints.ToolCalls;

namespace Plumbline.Models.Chat;

/// <summary>Answers that are calls of tools and nothing else, written as a model writes them, with arguments that are valid for the schema of the tool.</summary>
internal static class ToolCallConstraint
{
    private const int MostNodes = 20_000;

    private static readonly string[] Combinations = ["additionalProperties", "allOf", "anyOf", "oneOf", "$ref"];

    /// <param name="format">How the model writes calls.</param>
    /// <param name="tools">The tools that may be called, at least one.</param>
    /// <param name="several">Whether there may be several calls, where the format has a list.</param>
    /// <exception cref="InputException">The format is not known, or the schema of a tool is not supported.</exception>
    public static OutputConstraint Of(ToolCallFormat format, IReadOnlyList<AIFunctionDeclaration> tools, bool several)
    {
        if (format == ToolCallFormat.None)
            throw new InputException("tools", "the chat template of the model shows no way to write calls that is known here, so that none can be asked for.", "Let the model choose (ToolMode Auto), or use a model with a way that is known.");
        var call = new SchemaNode("tools", () => [.. tools.Select(tool => Call(format, tool))]);
        var whole = ToolCallText.IsList(format) ? new SchemaNode("tools", () => [new ArrayShape([], call, 1, several ? null : 1)]) : call;
        if (!whole.Settle(MostNodes) || whole.Height >= Frame.MaximumDepth)
            throw new InputException("tools", "the schemas of the tools are too large or too deep.", "Give fewer tools, or flatter arguments.");
        var frame = ToolCallText.CloseOf(format) is { } close ? new MarkedFrame(close) : null;
        var json = new BeforeValue(whole, frame, 0);
        return new(ToolCallText.OpenOf(format) is { } open ? new InMarker(open, 0, json) : json);
    }

    private static ObjectShape Call(ToolCallFormat format, AIFunctionDeclaration tool)
    {
        var place = $"tool '{tool.Name}'";
        var name = SchemaReader.Read(JsonSerializer.SerializeToElement(new JsonObject { ["const"] = tool.Name }), place);
        var (nameKey, argumentsKey) = ToolCallText.KeysOf(format);
        return new([new(nameKey, name, Required: true), new(argumentsKey, SchemaReader.Read(Closed(tool.JsonSchema), place), Required: true)], SchemaNode.Nothing);
    }

    /// <summary>The schema of arguments without others than those that it declares, unless it says otherwise.</summary>
    private static JsonElement Closed(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || Combinations.Any(name => schema.TryGetProperty(name, out _)))
            return schema;
        var closed = JsonObject.Create(schema)!;
        (closed["type"], closed["additionalProperties"]) = ("object", false);
        return JsonSerializer.SerializeToElement(closed);
    }
}
