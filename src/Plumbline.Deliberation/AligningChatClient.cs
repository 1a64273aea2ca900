using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Has every answer held to a squad's criteria, and written anew where one is violated (047, Aligners).</summary>
/// <param name="inner">The client that answers; it knows nothing of the criteria.</param>
/// <param name="squad">Who inspects and mends.</param>
public sealed class AligningChatClient(IChatClient inner, AlignerSquad squad) : DeliberatingChatClient(inner)
{
    /// <inheritdoc/>
    protected override string Strategy => "aligners";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(IReadOnlyList<ChatMessage> conversation, ChatOptions? options, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(conversation, options, cancellationToken).ConfigureAwait(false);
        var aligned = await squad.AlignAsync(conversation, answer.Text, cancellationToken).ConfigureAwait(false);
        if (aligned.Applied.Count == 0)
            return answer;
        return new(new ChatMessage(ChatRole.Assistant, [new TextReasoningContent($"Written anew: {string.Join(", ", aligned.Applied)}."), new TextContent(aligned.Text)]))
        {
            Usage = answer.Usage,
            ModelId = answer.ModelId,
            FinishReason = answer.FinishReason,
        };
    }
}
