using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace Plumbline.Server;

/// <summary>Log-probabilities of the tokens of an answer, as the API gives them, where the upstream has said them.</summary>
internal static class TokenLogProbabilities
{
    /// <summary>Of a whole answer; null if they are not known, or are those of another text than the one that is given.</summary>
    public static object? Of(ChatResponse response) =>
        response.RawRepresentation is ChatCompletion { ContentTokenLogProbabilities: { Count: > 0 } tokens } && string.Concat(tokens.Select(token => token.Token)) == response.Text ? Written(tokens) : null;

    /// <summary>Of a piece of one.</summary>
    public static object? Of(ChatResponseUpdate update) =>
        update.RawRepresentation is StreamingChatCompletionUpdate { ContentTokenLogProbabilities: { Count: > 0 } tokens } ? Written(tokens) : null;

    private static object Written(IReadOnlyList<ChatTokenLogProbabilityDetails> tokens) => new
    {
        Content = tokens.Select(token => new
        {
            token.Token,
            Logprob = token.LogProbability,
            Bytes = Bytes(token.Utf8Bytes),
            TopLogprobs = token.TopLogProbabilities.Select(other => new { other.Token, Logprob = other.LogProbability, Bytes = Bytes(other.Utf8Bytes) }),
        }),
    };

    private static int[]? Bytes(ReadOnlyMemory<byte>? bytes) => bytes is { } given ? [.. given.ToArray().Select(each => (int)each)] : null;
}
