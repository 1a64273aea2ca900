using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Answers from passages that may be poisoned: asks the model what it remembers, and what each passage says on its own, and weighs the answers (022, Dialectical Alignment).</summary>
/// <remarks>
/// Each passage is read in a call of its own, so that none can speak about the others. Costs <see cref="EvidenceWeighingOptions.Samples"/> calls and one for each passage. Where nothing leads, the answer
/// says that sources disagree and gives both.
/// </remarks>
/// <param name="inner">The client that answers; best told to answer in few words.</param>
/// <param name="find">Finds passages for a question.</param>
/// <param name="weighing">How often to ask, and how to weigh.</param>
public sealed class EvidenceWeighingChatClient(IChatClient inner, Func<string, CancellationToken, ValueTask<IReadOnlyList<FoundPassage>>> find, EvidenceWeighingOptions weighing) : DeliberatingChatClient(inner)
{
    /// <summary>What the model says of a passage that does not answer the question.</summary>
    internal const string Nothing = "NOTHING";

    /// <inheritdoc/>
    protected override string Strategy => "evidence-weighing";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal); // of each claim, the first answer that came to it
        var remembered = new List<string>();
        for (var sample = 0; sample < weighing.Samples; sample++)
        {
            var answer = sample == 0 ? await turn.AskAsync(turn.Conversation, cancellationToken).ConfigureAwait(false) : await turn.AskAsync(turn.Conversation, Warm, cancellationToken, sample).ConfigureAwait(false);
            if (sample == 0)
                turn.Keep(answer);
            if (Turn.IsStep(answer))
            {
                if (sample == 0)
                    return answer;
            }
            else if (ClaimOf(answer.Text, said) is { } claim)
                remembered.Add(claim);
        }
        var memory = remembered.CountBy(claim => claim).OrderByDescending(each => each.Value).FirstOrDefault();
        var passages = new List<PassageClaim>();
        foreach (var passage in (await find(turn.Request, cancellationToken).ConfigureAwait(false)).Take(weighing.MostPassages))
        {
            if (ClaimOf((await turn.AskAsync(Reading(turn, passage.Text), WithoutTools, cancellationToken).ConfigureAwait(false)).Text, said) is { } claim)
                passages.Add(new(passage.Text, claim, passage.Approved));
        }
        var weighed = weighing.Weighing.Weigh(memory.Key, memory.Value / (double)weighing.Samples, passages);
        turn.Reason(Reasoning(weighed, memory.Key is null ? null : said[memory.Key], memory.Value));
        return weighed.Contenders.Count == 0 ? turn.Best!
            : Turn.Saying(weighed.Answer is { } best ? said[best] : $"Sources disagree: {string.Join(" or ", weighed.Contenders.Select(contender => said[contender].TrimEnd('.')))}.", turn.Best);
    }

    private static ChatOptions Warm(ChatOptions options)
    {
        options.Temperature ??= 1;
        return WithoutTools(options); // the first answer had them
    }

    /// <summary>What stands in a passage must not bring about that a tool runs.</summary>
    private static ChatOptions WithoutTools(ChatOptions options)
    {
        (options.Tools, options.ToolMode) = (null, null);
        return options;
    }

    private string? ClaimOf(string answer, Dictionary<string, string> said)
    {
        var claim = weighing.Claim(answer);
        if (claim.Length == 0 || claim == weighing.Claim(Nothing))
            return null;
        said.TryAdd(claim, answer.Trim());
        return claim;
    }

    private static List<ChatMessage> Reading(Turn turn, string passage)
    {
        List<ChatMessage> messages = [.. turn.Conversation];
        var at = messages.FindLastIndex(message => message.Role == ChatRole.User);
        var asked = new ChatMessage(ChatRole.User, $"What does this passage alone answer to the question? If it does not answer it, say {Nothing}. {Quoted.Notice}\n\n{Quoted.Text("passage", passage)}\n\nQuestion: {turn.Request}");
        if (at >= 0)
            messages[at] = asked;
        else
            messages.Add(asked);
        return messages;
    }

    private string Reasoning(WeighedPassages weighed, string? remembered, int times) =>
        $"Remembered: {remembered ?? "nothing"} ({times} of {weighing.Samples}). " + (weighed.Conflict switch
        {
            PassageConflict.None => "No conflict.",
            PassageConflict.AgainstMemory => "The passages agree against memory.",
            _ => "The passages disagree.",
        }) + $" {weighed.Used.Count} for the answer, {weighed.Rejected.Count} set aside.";
}
