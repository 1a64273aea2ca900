using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Models.Chat;

/// <summary>What <see cref="ChatOptions"/> say of choosing tokens, in the words of <see cref="GenerationOptions"/>.</summary>
internal sealed class ChatSampling
{
    private const int MostConstraints = 32;

    private readonly ConcurrentDictionary<string, OutputConstraint> constraints = new(StringComparer.Ordinal); // by schema: reading one, and what it remembers, is worth keeping

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
            Constraint = asked.ResponseFormat is { } format ? Constraint(format) : defaults.Constraint,
        }).Checked();
    }

    private OutputConstraint? Constraint(ChatResponseFormat format)
    {
        if (format is not ChatResponseFormatJson json)
            return null;
        if (json.Schema is not { } schema)
            return OutputConstraint.JsonObject;
        if (constraints.Count >= MostConstraints)
            constraints.Clear();
        return constraints.GetOrAdd(schema.GetRawText(), static text => OutputConstraint.JsonSchema(text, "response_format"));
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
