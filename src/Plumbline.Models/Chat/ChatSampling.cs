using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Models.Chat;

/// <summary>What <see cref="ChatOptions"/> say of choosing tokens, in the words of <see cref="GenerationOptions"/>.</summary>
/// <param name="calls">How the model writes calls of tools.</param>
internal sealed class ChatSampling(ToolCallFormat calls)
{
    private const int MostConstraints = 32;

    private readonly ConcurrentDictionary<string, OutputConstraint> constraints = new(StringComparer.Ordinal); // by schema or tools: reading one, and what it remembers, is worth keeping

    /// <summary>The options of one call.</summary>
    /// <param name="defaults">Where the call says nothing.</param>
    /// <param name="asked">What the call says.</param>
    /// <exception cref="InputException">The schema is not supported, or a number in the additional properties is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    public GenerationOptions Read(GenerationOptions defaults, ChatOptions? asked)
    {
        if (asked is null)
            return defaults;
        return (defaults with
        {
            Temperature = asked.Temperature ?? defaults.Temperature,
            TopP = asked.TopP ?? defaults.TopP,
            TopK = asked.TopK ?? defaults.TopK,
            MinP = Number(asked, "min_p") ?? defaults.MinP,
            RepetitionPenalty = Number(asked, "repetition_penalty") ?? defaults.RepetitionPenalty,
            FrequencyPenalty = asked.FrequencyPenalty ?? defaults.FrequencyPenalty,
            PresencePenalty = asked.PresencePenalty ?? defaults.PresencePenalty,
            MaxNewTokens = asked.MaxOutputTokens ?? defaults.MaxNewTokens,
            StopStrings = asked.StopSequences is { Count: > 0 } texts ? [.. texts] : defaults.StopStrings,
            Constraint = Constraint(asked, asked.ResponseFormat is { } format ? Constraint(format) : defaults.Constraint),
        }).Checked();
    }

    /// <summary>What the text has to look like, given what an answer has to: calls where they are required, either where the model may call.</summary>
    private OutputConstraint? Constraint(ChatOptions asked, OutputConstraint? answer)
    {
        if (asked.ToolMode is RequiredChatToolMode required)
            return Calls(Tools(asked, required.RequiredFunctionName), asked.AllowMultipleToolCalls == true);
        if (answer is null || calls == ToolCallFormat.None || asked.ToolMode is NoneChatToolMode || asked.Tools is not { Count: > 0 })
            return answer;
        var several = asked.AllowMultipleToolCalls != false;
        var format = asked.ResponseFormat is ChatResponseFormatJson json ? json.Schema?.GetRawText() : "default";
        return Known($"{format}\nor {Key(Tools(asked, null), several)}", _ => answer.Or(Calls(Tools(asked, null), several)));
    }

    private static AIFunctionDeclaration[] Tools(ChatOptions asked, string? name)
    {
        AIFunctionDeclaration[] tools = [.. (asked.Tools ?? []).OfType<AIFunctionDeclaration>().Where(tool => name is null || tool.Name == name)];
        return tools.Length > 0 ? tools : throw new InputException("tools", name is null ? "a call is required, but there is no tool." : $"a call of '{name}' is required, but there is no such tool.",
            "Give the tool, or let the model choose (ToolMode Auto).");
    }

    private OutputConstraint Calls(AIFunctionDeclaration[] tools, bool several) => Known(Key(tools, several), _ => ToolCallConstraint.Of(calls, tools, several));

    private static string Key(AIFunctionDeclaration[] tools, bool several) => string.Join('\n', tools.Select(tool => $"{tool.Name} {tool.JsonSchema.GetRawText()}").Prepend($"calls {several}"));

    private OutputConstraint Known(string key, Func<string, OutputConstraint> make)
    {
        if (constraints.Count >= MostConstraints)
            constraints.Clear();
        return constraints.GetOrAdd(key, make);
    }

    private OutputConstraint? Constraint(ChatResponseFormat format)
    {
        if (format is not ChatResponseFormatJson json)
            return null;
        if (json.Schema is not { } schema)
            return OutputConstraint.JsonObject;
        return Known(schema.GetRawText(), static text => OutputConstraint.JsonSchema(text, "response_format"));
    }

    private static double? Number(ChatOptions options, string name)
    {
        if (options.AdditionalProperties?.TryGetValue(name, out var value) != true || value is null)
            return null;
        return value switch
        {
            JsonElement { ValueKind: JsonValueKind.Number } element => element.GetDouble(),
            double or float or decimal or int or long => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            _ => throw new InputException(name, $"expected a number, found '{value}'.", "Set AdditionalProperties to a number, or leave it out."),
        };
    }
}
