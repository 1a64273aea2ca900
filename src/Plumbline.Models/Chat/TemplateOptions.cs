using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Models.Chat;

/// <summary>What <see cref="ChatOptions"/> say to a chat template.</summary>
internal static class TemplateOptions
{
    private const string Variables = "chat_template_kwargs"; // what vLLM and SGLang call it

    /// <exception cref="InputException">The variables are no map.</exception>
    public static TemplateInputs Inputs(ChatOptions? options) => options is null ? TemplateInputs.None : new()
    {
        Tools = options.ToolMode is NoneChatToolMode ? [] : [.. options.Tools ?? []],
        Variables = options.AdditionalProperties?.TryGetValue(Variables, out var given) == true && given is not null ? Read(given) : TemplateInputs.None.Variables,
    };

    private static Dictionary<string, JsonElement> Read(object given)
    {
        var json = given as JsonElement? ?? JsonSerializer.SerializeToElement(given, AIJsonUtilities.DefaultOptions);
        return json.ValueKind == JsonValueKind.Object
            ? json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.Clone(), StringComparer.Ordinal)
            : throw new InputException(Variables, "the variables for the chat template are no map.", "Give names with values, for example { \"enable_thinking\": false }.");
    }
}
