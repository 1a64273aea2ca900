using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Alignment;

/// <summary>Demonstrations and preferences as JSON lines, so that a person can read what the model learnt from and a stopped run goes on with it.</summary>
internal static class FeedbackFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private sealed record Turn(string Role, string Text, string? Reasoning = null);

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

    private static IEnumerable<T> Read<T>(string file)
    {
        foreach (var (index, line) in File.ReadLines(file).Index())
        {
            T? read;
            try
            {
                read = JsonSerializer.Deserialize<T>(line, Json);
            }
            catch (JsonException problem)
            {
                throw new InputException($"{file}:{index + 1}", $"the line is not the JSON that was written here: {problem.Message}", "Restore the file, or begin a new run.", problem);
            }

            yield return read ?? throw new InputException($"{file}:{index + 1}", "the line holds nothing.", "Restore the file, or begin a new run.");
        }
    }

    private static Turn[] Write(IReadOnlyList<ChatMessage> messages) => [.. messages.Select(Write)];

    private static Turn Write(ChatMessage message)
    {
        var reasoning = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(content => content.Text));
        return new Turn(message.Role.Value, message.Text, reasoning.Length == 0 ? null : reasoning);
    }

    private static ChatMessage[] Read(Turn[] turns) => [.. turns.Select(Read)];

    private static ChatMessage Read(Turn turn) => new(new ChatRole(turn.Role),
        turn.Reasoning is null ? [new TextContent(turn.Text)] : [new TextReasoningContent(turn.Reasoning), new TextContent(turn.Text)]);
}
