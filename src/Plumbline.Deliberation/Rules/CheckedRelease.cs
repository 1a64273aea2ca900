using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>What a rule's check forbids never leaves: a refusal that names the rule goes instead.</summary>
internal static class CheckedRelease
{
    public static ChatResponse Of(CheckJudge checks, Specification specification, Turn turn, ChatResponse answer)
    {
        if (checks.FirstBroken(specification, answer.Text) is not { } rule)
            return answer;
        turn.Note($"{rule.Id}: what its check forbids was kept back.");
        return Refusal(rule, answer);
    }

    public static ChatResponse Refusal(Rule rule, ChatResponse answer) => Turn.Saying($"I am sorry, I cannot tell you that ({rule.Id}).", answer);
}
