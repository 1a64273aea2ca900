using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Answers, is asked to check the answer against the rules, and answers again (035, Align3 in one stage).</summary>
/// <remarks>What a rule's check forbids never leaves: the draft is preferred over a revision that breaks one, and a refusal that names the rule over both.</remarks>
/// <param name="inner">The client that answers, with the rules in its prompt.</param>
/// <param name="specification">What to hold the answer to.</param>
/// <param name="reflection">How often to look again, and what the placeholders of checks stand for.</param>
public sealed class ReflectingChatClient(IChatClient inner, Specification specification, ReflectionOptions reflection) : DeliberatingChatClient(inner)
{
    /// <inheritdoc/>
    protected override string Strategy => "reflection";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(IReadOnlyList<ChatMessage> conversation, ChatOptions? options, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(conversation, options, cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < reflection.Rounds; round++)
        {
            ChatMessage[] review = [.. conversation, new(ChatRole.Assistant, answer.Text), new(ChatRole.User, SpecificationPrompt.Review)];
            var revised = WithCostOf(await AskAsync(review, options, cancellationToken).ConfigureAwait(false), answer);
            var settled = revised.Text == answer.Text;
            if (Broken(revised.Text) is not null || string.IsNullOrWhiteSpace(revised.Text))
            {
                answer.Usage = revised.Usage;
                break;
            }

            answer = revised;
            if (settled)
                break;
        }

        return Broken(answer.Text) is { } rule ? Refusal(answer, rule) : answer;
    }

    private Rule? Broken(string text) => specification.ByPriority.FirstOrDefault(rule => rule.Check is { } check
        && reflection.Placeholders.Aggregate(check.NeverContains, (wanted, placeholder) => wanted.Replace("{" + placeholder.Key + "}", placeholder.Value, StringComparison.Ordinal)) is var forbidden
        && !forbidden.Contains('{', StringComparison.Ordinal) && text.Contains(forbidden, StringComparison.OrdinalIgnoreCase));

    private static ChatResponse Refusal(ChatResponse answer, Rule rule) =>
        new(new ChatMessage(ChatRole.Assistant, $"I am sorry, I cannot tell you that ({rule.Id}).")) { Usage = answer.Usage, ModelId = answer.ModelId };
}

/// <summary>How <see cref="ReflectingChatClient"/> works.</summary>
public sealed record ReflectionOptions
{
    /// <summary>How often the answer is looked at again, 1 to 5.</summary>
    public int Rounds
    {
        get;
        init => field = value is >= 1 and <= 5 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "An answer is looked at again 1 to 5 times.");
    } = 1;

    /// <summary>What the placeholders in rules' checks stand for, for example <c>till-code</c>; a check whose placeholder is not known is passed over.</summary>
    public IReadOnlyDictionary<string, string> Placeholders { get; init; } = new Dictionary<string, string>();
}
