using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Models;

/// <summary>What a chat template is given beside the messages.</summary>
public sealed record TemplateInputs
{
    /// <summary>Nothing beside the messages.</summary>
    public static TemplateInputs None { get; } = new();

    /// <summary>What the model may call; each must be an <see cref="AIFunctionDeclaration"/>.</summary>
    public IReadOnlyList<AITool> Tools { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <summary>Variables that the template asks for by name, for example <c>enable_thinking</c> or <c>documents</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = new Dictionary<string, JsonElement>();
}
