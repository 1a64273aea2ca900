using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Models;

namespace Plumbline.Training;

/// <summary>Tools of a row, as its JSON has them, for a chat template.</summary>
public static class ToolSchemas
{
    private static readonly JsonElement Anything = JsonDocument.Parse("{}").RootElement;

    /// <summary>What a chat template is given beside the messages of a row.</summary>
    /// <exception cref="InputException">A tool does not say what it is called.</exception>
    public static TemplateInputs Inputs(DataRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Tools is null)
            return TemplateInputs.None;
        using var document = JsonDocument.Parse(row.Tools);
        return new TemplateInputs { Tools = [.. document.RootElement.EnumerateArray().Select((tool, index) => Declare(tool, $"{row.Place}: tools[{index}]"))] };
    }

    /// <summary>OpenAI's form, with or without the wrapper that says that it is a function.</summary>
    private static AIFunctionDeclaration Declare(JsonElement tool, string place)
    {
        var function = tool.ValueKind == JsonValueKind.Object && tool.TryGetProperty("function", out var inner) ? inner : tool;
        if (function.ValueKind != JsonValueKind.Object || Text(function, "name") is not { Length: > 0 } name)
            throw new InputException(place, "the tool does not say what it is called.", "A tool is {\"type\": \"function\", \"function\": {\"name\": \"…\", \"description\": \"…\", \"parameters\": {…}}}.");
        return AIFunctionFactory.CreateDeclaration(name, Text(function, "description"), function.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object ? parameters.Clone() : Anything);
    }

    private static string? Text(JsonElement element, string key) => element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
