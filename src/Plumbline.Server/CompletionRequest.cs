using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Server;

/// <summary>What a caller of <c>/v1/chat/completions</c> asks for, as far as a model here can give it.</summary>
/// <param name="Messages">The conversation.</param>
/// <param name="Options">Sampling and length; what was not said is the model's to choose.</param>
/// <param name="Stream">Whether the answer comes piece by piece.</param>
/// <param name="IncludeUsage">Whether a streamed answer ends with its token counts.</param>
internal sealed record CompletionRequest(IReadOnlyList<ChatMessage> Messages, ChatOptions Options, bool Stream, bool IncludeUsage)
{
    /// <summary>Parts of a request that would change the answer and are not supported: better refused than passed over.</summary>
    private static readonly string[] Unsupported = ["tools", "functions", "response_format", "logprobs", "logit_bias", "stop"];

    /// <summary>Reads a request.</summary>
    /// <exception cref="InputException">It asks for what no model here can give, or is not a request at all.</exception>
    public static CompletionRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw Wrong("body", "it is not an object.", "Send {\"messages\": [{\"role\": \"user\", \"content\": \"...\"}]}.");
        if (Unsupported.FirstOrDefault(name => body.TryGetProperty(name, out var part) && part.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)) is { } name)
            throw Wrong(name, "it is not supported.", "Leave it out.");
        if (Number(body, "n", 1, 1) is > 1)
            throw Wrong("n", "more than one answer to a request is not supported.", "Ask several times, with other seeds.");
        if (!body.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
            throw Wrong("messages", "there are none.", "Send a list of at least one { role, content }.");
        var options = new ChatOptions
        {
            Temperature = (float?)Number(body, "temperature", 0, 2),
            TopP = (float?)Number(body, "top_p", 0, 1),
            MaxOutputTokens = (int?)(Number(body, "max_completion_tokens", 1, int.MaxValue) ?? Number(body, "max_tokens", 1, int.MaxValue)),
            Seed = (long?)Number(body, "seed", -(1L << 53), 1L << 53),
        };
        var usage = body.TryGetProperty("stream_options", out var stream) && stream.ValueKind == JsonValueKind.Object && Flag(stream, "include_usage");
        return new CompletionRequest([.. messages.EnumerateArray().Select(Message)], options, Flag(body, "stream"), usage);
    }

    private static ChatMessage Message(JsonElement message, int index)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out var role) || !message.TryGetProperty("content", out var content))
            throw Wrong($"messages[{index}]", "it is not an object with role and content.", "Send { \"role\": \"user\", \"content\": \"...\" }.");
        ChatRole who = role.ValueKind != JsonValueKind.String ? throw WrongRole(index) : role.GetString() switch
        {
            "system" or "developer" => ChatRole.System,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            _ => throw WrongRole(index),
        };
        return new ChatMessage(who, Text(content, index));
    }

    private static string Text(JsonElement content, int index) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString()!,
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part =>
            part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : throw WrongContent(index))),
        _ => throw WrongContent(index),
    };

    private static bool Flag(JsonElement body, string name) => body.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static double? Number(JsonElement body, string name, double least, double most)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number >= least && number <= most
            ? number
            : throw Wrong(name, $"it is {value.GetRawText()}.", FormattableString.Invariant($"Expected a number from {least} to {most}."));
    }

    private static InputException WrongRole(int index) => Wrong($"messages[{index}].role", "it is not known.", "Expected system, developer, user or assistant.");

    private static InputException WrongContent(int index) => Wrong($"messages[{index}].content", "it is not text.", "Expected a string, or a list of { \"type\": \"text\", \"text\": \"...\" }.");

    private static InputException Wrong(string place, string problem, string remedy) => new(place, problem, remedy);
}
