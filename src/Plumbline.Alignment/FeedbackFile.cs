using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Plumbline.Alignment;

/// <summary>Demonstrations and preferences as JSON lines, so that a person can read what the model learnt from and a stopped run goes on with it.</summary>
internal static class FeedbackFile
{
    private const int LongestLine = 1_000_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        MaxDepth = 8,
    };

    private sealed record Turn([property: JsonConverter(typeof(KnownRole))] ChatRole Role, string Text, string? Reasoning = null);

    private sealed record DemonstrationLine(Turn[] Prompt, Turn Answer, string? Rule);

    private sealed record PreferenceLine(Turn[] Prompt, Turn Chosen, Turn Rejected, string? Rule);

    public static string Write(IEnumerable<Demonstration> demonstrations) =>
        Lines(demonstrations.Select(each => new DemonstrationLine(Write(each.Prompt), Write(each.Answer), each.Rule)));

    public static string Write(IEnumerable<Preference> preferences) =>
        Lines(preferences.Select(each => new PreferenceLine(Write(each.Prompt), Write(each.Chosen), Write(each.Rejected), each.Rule)));

    public static IReadOnlyList<Demonstration> ReadDemonstrations(string file) =>
        [.. Read<DemonstrationLine>(file).Select(line => new Demonstration(Read(line.Prompt), Read(line.Answer), line.Rule))];

    public static IReadOnlyList<Preference> ReadPreferences(string file) =>
        [.. Read<PreferenceLine>(file).Select(line => new Preference(Read(line.Prompt), Read(line.Chosen), Read(line.Rejected), line.Rule))];

    private static string Lines<T>(IEnumerable<T> lines) => string.Concat(lines.Select(line => JsonSerializer.Serialize(line, Json) + "\n"));

    /// <summary>Reads lines that a person may have edited: what is not understood is an error with its line, never a guess.</summary>
    private static List<T> Read<T>(string file)
    {
        const string Remedy = "Restore the file, or begin a new run. A line is one JSON object with roles 'system', 'user' and 'assistant', as the file's first lines show.";
        var lines = new List<T>();
        using var reader = new StreamReader(Open(file), new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            while (reader.ReadLine() is { } line)
            {
                var place = $"{file}:{lines.Count + 1}";
                if (line.Length is 0 or > LongestLine)
                    throw new InputException(place, line.Length == 0 ? "the line is empty." : $"the line has {line.Length} characters; {LongestLine} are the limit.", Remedy);
                lines.Add(JsonSerializer.Deserialize<T>(line, Json) ?? throw new InputException(place, "the line holds nothing.", Remedy));
            }
        }
        catch (JsonException problem)
        {
            throw new InputException($"{file}:{lines.Count + 1}:{problem.BytePositionInLine + 1}", $"the line is not the JSON that is written here: {Short(problem.Message)}", Remedy, problem);
        }
        catch (DecoderFallbackException problem)
        {
            throw new InputException($"{file}:{lines.Count + 1}", "the line, or one soon after it, is not UTF-8.", Remedy, problem);
        }

        return lines;
    }

    private static FileStream Open(string file) => File.Exists(file) ? File.OpenRead(file) : throw new InputException(file, "there is no such file.", "Restore it, or begin a new run.");

    private static string Short(string message) => message.Split(" Path: ")[0].Split(" LineNumber: ")[0];

    private static Turn[] Write(IReadOnlyList<ChatMessage> messages) => [.. messages.Select(Write)];

    private static Turn Write(ChatMessage message)
    {
        var reasoning = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(content => content.Text));
        return new Turn(message.Role, message.Text, reasoning.Length == 0 ? null : reasoning);
    }

    private static ChatMessage[] Read(Turn[] turns) => [.. turns.Select(Read)];

    private static ChatMessage Read(Turn turn) => new(turn.Role,
        turn.Reasoning is null ? [new TextContent(turn.Text)] : [new TextReasoningContent(turn.Reasoning), new TextContent(turn.Text)]);

    private sealed class KnownRole : JsonConverter<ChatRole>
    {
        public override ChatRole Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => (reader.TokenType == JsonTokenType.String ? reader.GetString() : null) switch
        {
            "system" => ChatRole.System,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            _ => throw new JsonException("The role is not 'system', 'user' or 'assistant'."),
        };

        public override void Write(Utf8JsonWriter writer, ChatRole value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
