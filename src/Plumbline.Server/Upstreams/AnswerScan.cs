using System.Text.Json;

namespace Plumbline.Server.Upstreams;

/// <summary>What is seen in one JSON object of an upstream without keeping any of it: that it is one, whole, and the few members that decide how it is handed on.</summary>
/// <param name="HasMember">Whether the member is there that the shape of the answer wants.</param>
/// <param name="IsError">Whether it says that something went wrong.</param>
/// <param name="Finishes">Whether it ends a streamed answer.</param>
/// <param name="IsUsageAlone">Whether it is the event that says only what a streamed answer cost.</param>
/// <param name="InputTokens">Tokens read, or null.</param>
/// <param name="OutputTokens">Tokens written, or null.</param>
internal readonly record struct AnswerScan(bool HasMember, bool IsError, bool Finishes, bool IsUsageAlone, long? InputTokens, long? OutputTokens)
{
    /// <returns>What was seen, or null if it is not one JSON object.</returns>
    public static AnswerScan? Of(ReadOnlySpan<byte> json, string member)
    {
        try
        {
            return Read(new Utf8JsonReader(json), member);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AnswerScan? Read(Utf8JsonReader reader, string member)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        var (has, error, finishes, empty) = (false, false, false, false);
        (long? Input, long? Output) usage = default;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (reader.CurrentDepth == 1)
            {
                has |= reader.ValueTextEquals(member);
                if (reader.ValueTextEquals("type"u8))
                {
                    var named = Next(ref reader) == JsonTokenType.String;
                    error |= named && reader.ValueTextEquals("error"u8);
                    finishes |= named && (reader.ValueTextEquals("response.completed"u8) || reader.ValueTextEquals("response.incomplete"u8) || reader.ValueTextEquals("response.failed"u8));
                }
                else if (reader.ValueTextEquals("error"u8))
                    error |= Next(ref reader) != JsonTokenType.Null;
                else if (reader.ValueTextEquals("usage"u8))
                    usage = ReadUsage(ref reader);
                else if (reader.ValueTextEquals(member))
                    empty = Next(ref reader) == JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.EndArray;
            }
            else if (reader.CurrentDepth == 2 && reader.ValueTextEquals("usage"u8))
                usage = ReadUsage(ref reader); // "response": { "usage": … } of the events of /v1/responses
            else if (reader.CurrentDepth == 3 && reader.ValueTextEquals("finish_reason"u8))
                finishes |= Next(ref reader) == JsonTokenType.String;
        }

        return new(has, error, finishes, empty && (usage.Input ?? usage.Output) is not null, usage.Input, usage.Output);
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType;
    }

    private static (long?, long?) ReadUsage(ref Utf8JsonReader reader)
    {
        (long? input, long? output) = (null, null);
        if (Next(ref reader) != JsonTokenType.StartObject)
            return default;
        var depth = reader.CurrentDepth;
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == depth))
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != depth + 1)
                continue;
            if (reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("input_tokens"u8))
                input = Count(ref reader);
            else if (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8))
                output = Count(ref reader);
        }
        return (input, output);
    }

    private static long? Count(ref Utf8JsonReader reader) =>
        Next(ref reader) == JsonTokenType.Number && reader.TryGetInt64(out var count) && count is >= 0 and < 1L << 40 ? count : null;
}
