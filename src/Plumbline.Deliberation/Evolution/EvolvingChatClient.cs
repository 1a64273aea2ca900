using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Evolves drafts of an answer under mutants of the request, block by block (079, DARWIN).</summary>
/// <remarks>The answer without this stage is where it begins and what stays unless a draft is better by the scorer; drafts are always scored against what was really asked.</remarks>
/// <param name="inner">The client that answers; it must honour a limit of tokens and say when it was reached.</param>
/// <param name="scorer">What is good, of unfinished answers too.</param>
/// <param name="evolution">How many and how long.</param>
public sealed class EvolvingChatClient(IChatClient inner, IAnswerScorer scorer, EvolutionOptions evolution) : DeliberatingChatClient(inner)
{
    /// <inheritdoc/>
    protected override string Strategy => "evolution";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var answer = await turn.AskAsync(turn.Conversation, cancellationToken).ConfigureAwait(false);
        turn.Keep(answer);
        if (Turn.IsStep(answer) || turn.Request.Length == 0)
            return answer;
        if (turn.Options?.ResponseFormat is ChatResponseFormatJson)
        {
            turn.Note("A form was asked for, and a block of a draft has none: the first answer stays.");
            return answer;
        }
        var best = await new DraftEvolution(new Writer(turn, scorer, evolution), evolution, turn.Draws("evolution"))
            .RunAsync(turn.Request, answer.Text, draft => turn.Keep(Turn.Saying(draft.Text, answer)), cancellationToken).ConfigureAwait(false);
        turn.Note(best.Score is null ? "The first answer could not be scored, so it stays." : FormattableString.Invariant($"Score {best.Score:0.###}, of iteration {best.Iteration}; {best.Scored} drafts scored."));
        if (best.Iteration > 0)
            turn.Reason($"Written under: {best.Instruction}");
        return turn.Best!;
    }

    private sealed class Writer(Turn turn, IAnswerScorer scorer, EvolutionOptions options) : IDraftWriter
    {
        public async Task<IReadOnlyList<string>> MutateAsync(string instruction, int count, CancellationToken cancellationToken)
        {
            var reply = await turn.ThinkAsync(
            [
                new(ChatRole.System, $$"""You rewrite a request in other words and from other sides, so that answers to it turn out better. What is asked for stays the same. {{Quoted.Notice}} Reply with JSON of this form alone, with {{count}} requests: {"requests":["…"]}"""),
                new(ChatRole.User, Quoted.Text("request", instruction)),
            ], cancellationToken).ConfigureAwait(false);
            using var document = ReplyJson.Read(reply);
            return document is not null && document.RootElement.TryGetProperty("requests", out var requests) && requests.ValueKind == JsonValueKind.Array
                ? [.. requests.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.String).Select(each => each.GetString()!).Where(each => each.Length is > 0 and <= 20_000).Take(count)] : [];
        }

        public async Task<(string Text, bool Done)> ContinueAsync(string instruction, string draft, int number, CancellationToken cancellationToken)
        {
            var last = turn.Conversation.ToList().FindLastIndex(message => message.Role == ChatRole.User);
            List<ChatMessage> asked = [.. turn.Conversation.Take(last), new(ChatRole.User, instruction), .. turn.Conversation.Skip(last + 1)];
            if (draft.Length > 0 && options.ContinuesLastMessage)
                asked.Add(new(ChatRole.Assistant, draft));
            else if (draft.Length > 0)
                asked = SystemText.After(asked, $"{Quoted.Notice}\n{Quoted.Text("the beginning of your answer", draft)}\nGo on just where this beginning ends, in mid-sentence if need be. Write only what follows.");
            var block = await turn.AskAsync(asked, chat =>
            {
                chat.MaxOutputTokens = options.BlockTokens;
                chat.Tools = null;
                return chat;
            }, cancellationToken, number).ConfigureAwait(false);
            return (block.Text, block.FinishReason != ChatFinishReason.Length || block.Text.Length == 0);
        }

        public async Task<double?> ScoreAsync(string draft, CancellationToken cancellationToken) => await scorer.ScoreAsync(new(turn.Conversation, draft), turn, cancellationToken).ConfigureAwait(false);
    }
}
