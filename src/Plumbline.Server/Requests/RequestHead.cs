using System.Text.Json;

namespace Plumbline.Server.Requests;

/// <summary>The few members of a request that decide where it goes; the rest is seen to be JSON and else left alone.</summary>
/// <param name="Model">The model that is asked for, or null.</param>
/// <param name="Streams">Whether the answer is to come in events.</param>
/// <param name="SaysStreamOptions">Whether it says how.</param>
/// <param name="AsksUsage">Whether the events are to end with what the answer cost.</param>
internal readonly record struct RequestHead(string? Model, bool Streams, bool SaysStreamOptions, bool AsksUsage)
{
    private const string Example = """Send {"model": "...", ...}.""";

    /// <exception cref="InputException">It is not a JSON object, or a member has the wrong type.</exception>
    public static RequestHead Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return ReadMembers(new Utf8JsonReader(body));
        }
        catch (JsonException broken)
        {
            throw new InputException("body", $"it is not JSON (line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}).", Example, broken);
        }
        catch (InvalidOperationException broken) // what System.Text.Json says of text that is not Unicode
        {
            throw new InputException("body", "it holds text that is not Unicode.", "Send UTF-8 without half surrogate pairs.", broken);
        }
    }

    private static RequestHead ReadMembers(Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new InputException("body", "it is not an object.", Example);
        var head = default(RequestHead);
        var said = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("model"u8))
                (head, said) = (head with { Model = Text(ref reader) }, Once(said, 1, "model"));
            else if (reader.ValueTextEquals("stream"u8))
                (head, said) = (head with { Streams = Flag(ref reader, "stream") }, Once(said, 2, "stream"));
            else if (reader.ValueTextEquals("stream_options"u8))
                (head, said) = (head with { SaysStreamOptions = true, AsksUsage = Usage(ref reader) }, Once(said, 4, "stream_options"));
            else
                reader.Skip();
        }

        if (reader.Read())
            throw new InputException("body", "more follows the object.", Example);
        return head;
    }

    /// <summary>Of two members with the same name the upstream might heed the other one.</summary>
    private static int Once(int said, int member, string name) => (said & member) == 0 ? said | member : throw new InputException(name, "it is there twice.", "Send it once.");

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.Null)
            return null;
        return reader.TokenType is JsonTokenType.String && reader.GetString() is { Length: > 0 and <= 512 } text ? text : throw new InputException("model", "it is not a name.", "Send a string of at most 512 characters.");
    }

    private static bool Flag(ref Utf8JsonReader reader, string place)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw new InputException(place, "it is neither true nor false.", "Send true or false."),
        };
    }

    private static bool Usage(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var asks = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("include_usage"u8))
                asks = Flag(ref reader, "stream_options.include_usage");
            else
                reader.Skip();
        }
        return asks;
    }
}
