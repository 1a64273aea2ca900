using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Answers in three stages in one conversation: what is asked and what could go wrong, how a good answer is built, the answer (032, MoTE's AlignCoT at inference).</summary>
/// <remarks>Only the answer is visible; what the stages before it wrote leaves as <see cref="TextReasoningContent"/>. A model that was trained on the stages (<c>LowRankAdapterConfig.StepTokens</c>) writes all of them in one call.</remarks>
/// <param name="inner">The client that answers.</param>
/// <param name="stages">What is asked in each stage.</param>
public sealed class StagedAnswerChatClient(IChatClient inner, StagedAnswerOptions stages) : DeliberatingChatClient(inner)
{
    /// <inheritdoc/>
    protected override string Strategy => "staged-answer";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        List<ChatMessage> said = [.. turn.Conversation];
        foreach (var stage in ((string?[])[stages.Analysis, stages.Guidance]).OfType<string>())
        {
            var thought = await turn.ThinkAsync([.. said, new(ChatRole.User, stage)], cancellationToken).ConfigureAwait(false);
            if (string.IsNullOrWhiteSpace(thought))
                continue;
            said.AddRange([new(ChatRole.User, stage), new(ChatRole.Assistant, thought)]);
            turn.Reason(thought);
        }
        return await turn.AskAsync(said.Count == turn.Conversation.Count ? said : [.. said, new(ChatRole.User, stages.Answer)], cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>What <see cref="StagedAnswerChatClient"/> asks in each stage.</summary>
public sealed record StagedAnswerOptions
{
    /// <summary>Asks what is wanted, and what could go wrong; null leaves the stage out.</summary>
    public string? Analysis { get; init; } = "Do not answer yet. Say in one or two sentences what is asked, why, and what could go wrong.";

    /// <summary>Asks how the answer should be built; null leaves the stage out.</summary>
    public string? Guidance { get; init; } = "Do not answer yet. Say in one or two sentences how a good and safe answer is built: what it holds, and what it leaves out.";

    /// <summary>Asks for the answer under what was thought.</summary>
    public string Answer { get; init; } = "Now answer. Follow what you have said about a good answer, and do not mention it.";
}
