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
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var answer = await turn.AskAsync(turn.Conversation, cancellationToken).ConfigureAwait(false);
        turn.Keep(answer);
        if (Turn.IsStep(answer))
            return answer;
        var aligned = await squad.AlignAsync(turn.Conversation, answer.Text, cancellationToken).ConfigureAwait(false);
        if (aligned.Applied.Count == 0)
            return answer;
        turn.Reason($"Written anew: {string.Join(", ", aligned.Applied)}.");
        return Turn.Saying(aligned.Text, answer);
    }
}
