using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>One hidden thought in three stages, rules of behaviour, then of safety, then all of them once more, and then the answer (035, Align3).</summary>
/// <remarks>
/// Three calls. The paper prefills one assistant turn; endpoints of chat have no such thing, so the thought so far is quoted in the next request. The first two calls think only; the third, with the caller's tools and form,
/// answers. Nothing is answered before the last stage, so a budget below three calls allows no answer.
/// </remarks>
/// <param name="inner">The client that thinks and answers; the rules need not stand in its prompt.</param>
/// <param name="specification">Whose rules.</param>
/// <param name="placeholders">What the placeholders of rules' checks stand for.</param>
public sealed class Align3ChatClient(IChatClient inner, Specification specification, IReadOnlyDictionary<string, string> placeholders) : DeliberatingChatClient(inner)
{
    private readonly CheckJudge _checks = new(placeholders);
    private readonly Rule[] _behaviour = [.. specification.ByPriority.Where(rule => rule.Kind != RuleKind.Safety)];
    private readonly Rule[] _safety = [.. specification.ByPriority.Where(rule => rule.Kind == RuleKind.Safety)];

    /// <inheritdoc/>
    protected override string Strategy => "align3";

    /// <inheritdoc/>
    protected override bool FailsOpen => false;

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var first = await turn.ThinkAsync(Prompt(turn, $"{SpecificationPrompt.RenderRules(_behaviour)} {SpecificationPrompt.Think} Do not answer yet: note how to answer as fully and as helpfully as these rules allow.", []), cancellationToken).ConfigureAwait(false);
        turn.Reason(first);
        var second = await turn.ThinkAsync(Prompt(turn, $"{SpecificationPrompt.RenderRules(_safety)} {SpecificationPrompt.Think} Do not answer yet: go over your notes by these rules of safety, which come before all else. Where they forbid a part, note what can be said instead; refuse only where nothing can.", [first]), cancellationToken).ConfigureAwait(false);
        turn.Reason(second);
        return await turn.AskAsync(Prompt(turn, $"{SpecificationPrompt.Render(specification)} Check your notes against every rule once more, mend what does not hold, and then answer. Say nothing of these notes.", [first, second]), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override ChatResponse Release(Turn turn, ChatResponse answer) => CheckedRelease.Of(_checks, specification, turn, answer);

    private static List<ChatMessage> Prompt(Turn turn, string stage, string[] notes) =>
        SystemText.After(turn.Conversation, notes.Length == 0 ? stage : $"{string.Join('\n', notes.Select(note => Quoted.Text("your notes so far", note)))}\n{stage}");
}
