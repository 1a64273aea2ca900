using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Server;

/// <summary>What a caller of <c>/v1/chat/completions</c> asks for, as far as a model here can give it.</summary>
/// <param name="Model">Which model, or null for whichever is served.</param>
/// <param name="Messages">The conversation.</param>
/// <param name="Options">Sampling and length; what was not said is the model's to choose.</param>
/// <param name="Stream">Whether the answer comes piece by piece.</param>
/// <param name="IncludeUsage">Whether a streamed answer ends with its token counts.</param>
/// <param name="LogProbabilities">Whether log-probabilities of its tokens are asked for.</param>
internal sealed record CompletionRequest(string? Model, IReadOnlyList<ChatMessage> Messages, ChatOptions Options, bool Stream, bool IncludeUsage, bool LogProbabilities)
{
    /// <summary>How a request looks.</summary>
    public const string Example = """Send {"messages": [{"role": "user", "content": "..."}]}.""";

    internal const float LeastShare = 1e-6f;

    /// <summary>Parts of a request that would change the answer and are not supported: better refused than passed over.</summary>
    private static readonly string[] Unsupported =
        ["functions", "function_call", "logit_bias", "audio", "prediction"];

    private static readonly string[] OfTokens = ["logprobs", "top_logprobs"];

    /// <summary>Reads a request.</summary>
    /// <param name="body">The request.</param>
    /// <param name="givesLogProbabilities">Whether the model may know log-probabilities of its tokens.</param>
    /// <exception cref="InputException">It asks for what no model here can give, or is not a request at all.</exception>
    public static CompletionRequest Read(JsonElement body, bool givesLogProbabilities = false)
    {
        try
        {
            return ReadParts(body, givesLogProbabilities);
        }
        catch (InvalidOperationException broken) // what System.Text.Json says of text that is not Unicode, only when it is looked at
        {
            throw new InputException("body", "it holds text that is not Unicode.", "Send UTF-8 without half surrogate pairs.", broken);
        }
    }

    private static CompletionRequest ReadParts(JsonElement body, bool givesLogProbabilities)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw Wrong("body", "it is not an object.", Example);
        if (Unsupported.Concat(givesLogProbabilities ? [] : OfTokens).FirstOrDefault(name => body.TryGetProperty(name, out var part) && Asks(part)) is { } unsupported)
            throw Wrong(unsupported, "it is not supported.", "Leave it out.");
        if (Whole(body, "n", 1, int.MaxValue) is > 1)
            throw Wrong("n", "more than one answer to a request is not supported.", "Ask several times, with other seeds.");
        if (!body.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
            throw Wrong("messages", "there are none.", "Send a list of at least one { role, content }.");
        var tools = RequestedTools.Read(body);
        var options = new ChatOptions
        {
            Temperature = (float?)Number(body, "temperature", 0, 2),
            TopP = Number(body, "top_p", 0, 1) is { } share ? Math.Max((float)share, LeastShare) : null,
            MaxOutputTokens = (int?)(Whole(body, "max_completion_tokens", 1, int.MaxValue) ?? Whole(body, "max_tokens", 1, int.MaxValue)),
            Seed = Whole(body, "seed", long.MinValue, long.MaxValue),
            TopK = (int?)Whole(body, "top_k", 0, int.MaxValue),
            FrequencyPenalty = (float?)Number(body, "frequency_penalty", -2, 2),
            PresencePenalty = (float?)Number(body, "presence_penalty", -2, 2),
            StopSequences = Stops(body),
            ResponseFormat = ResponseFormat.Read(body),
            Tools = tools.Tools,
            ToolMode = tools.Mode,
            AllowMultipleToolCalls = tools.Several,
            AdditionalProperties = Extensions(body),
        };
        var logs = Flag(body, "logprobs");
        if (logs)
        {
            var others = (int?)Whole(body, "top_logprobs", 0, 20);
            options.RawRepresentationFactory = _ => new OpenAI.Chat.ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = others };
        }
        var usage = body.TryGetProperty("stream_options", out var stream) && stream.ValueKind == JsonValueKind.Object && Flag(stream, "include_usage");
        return new CompletionRequest(ModelName(body), [.. messages.EnumerateArray().Select(RequestMessage.Read)], options, Flag(body, "stream"), usage, logs);
    }

    /// <summary>Whether a part says anything but what would be so without it.</summary>
    private static bool Asks(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Array => part.GetArrayLength() > 0,
        JsonValueKind.Number => part.GetDouble() != 0,
        JsonValueKind.Object => part.EnumerateObject().Any(property => !(property.NameEquals("type") && property.Value.ValueKind == JsonValueKind.String && property.Value.ValueEquals("text"))),
        _ => true,
    };

    /// <summary>Numbers that other servers know too and <see cref="ChatOptions"/> has no place for; null if there are none.</summary>
    private static AdditionalPropertiesDictionary? Extensions(JsonElement body)
    {
        var extensions = new AdditionalPropertiesDictionary();
        if (Number(body, "min_p", 0, 1) is { } least)
            extensions["min_p"] = least;
        if (Number(body, "repetition_penalty", 0.01, 100) is { } penalty)
            extensions["repetition_penalty"] = penalty;
        return extensions.Count > 0 ? extensions : null;
    }

    private static List<string>? Stops(JsonElement body)
    {
        if (!body.TryGetProperty("stop", out var stop) || stop.ValueKind == JsonValueKind.Null)
            return null;
        var texts = stop.ValueKind == JsonValueKind.Array ? stop.EnumerateArray().ToList() : [stop];
        return texts.TrueForAll(text => text.ValueKind == JsonValueKind.String && text.GetString()!.Length > 0) && texts.Count <= 16
            ? [.. texts.Select(text => text.GetString()!)]
            : throw Wrong("stop", $"it is {Shown(stop)}.", "Expected a string of at least one character, or a list of at most 16.");
    }

    internal static string? ModelName(JsonElement body)
    {
        if (!body.TryGetProperty("model", out var model) || model.ValueKind == JsonValueKind.Null)
            return null;
        return model.ValueKind == JsonValueKind.String ? model.GetString() : throw Wrong("model", "it is not a name.", "Send a string, or leave it out.");
    }

    internal static bool Flag(JsonElement body, string name) => MaybeFlag(body, name) ?? false;

    /// <summary>What the request says, or null if it says nothing.</summary>
    internal static bool? MaybeFlag(JsonElement body, string name) => !body.TryGetProperty(name, out var flag) ? null : flag.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => throw Wrong(name, "it is neither true nor false.", "Send true or false."),
    };

    internal static double? Number(JsonElement body, string name, double least, double most)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number >= least && number <= most
            ? number
            : throw Wrong(name, $"it is {Shown(value)}.", string.Create(CultureInfo.InvariantCulture, $"Expected a number from {least} to {most}."));
    }

    /// <summary>A whole number, to its last digit: a seed of 63 bits is not the same once it was a <see cref="double"/>.</summary>
    internal static long? Whole(JsonElement body, string name, long least, long most)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, $"it is {Shown(value)}.", string.Create(CultureInfo.InvariantCulture, $"Expected a whole number from {least} to {most}."));
    }

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: <= 40 } text ? text : value.GetRawText()[..40] + "…";

    private static InputException Wrong(string place, string problem, string remedy) => new(place, problem, remedy);
}
