using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Searches a tree of answers, refined by critiques of principles and begun anew under better prompts, and gives the best (086, MCTSr-Zero).</summary>
/// <remarks>The first node is the answer without this stage, and ties go to it. A refinement costs three calls (two scores and a rewriting), a fresh start three as well.</remarks>
/// <param name="inner">The client that answers.</param>
/// <param name="principles">What is good, in words: rules, or principles of a craft.</param>
/// <param name="search">How far.</param>
/// <param name="judge">Who scores; null: the model that answers.</param>
public sealed class TreeSearchChatClient(IChatClient inner, string principles, TreeSearchOptions search, IChatClient? judge = null) : DeliberatingChatClient(inner)
{
    /// <inheritdoc/>
    protected override string Strategy => "tree-search";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var answer = await turn.AskAsync(turn.Conversation, cancellationToken).ConfigureAwait(false);
        turn.Keep(answer);
        if (Turn.IsStep(answer))
            return answer;
        var found = await new PrincipleTreeSearch(new Moves(turn, principles, judge), search).RunAsync("", answer.Text, text => turn.Keep(Turn.Saying(text, answer)), cancellationToken).ConfigureAwait(false);
        turn.Note(FormattableString.Invariant($"{found.Answers} answers, {found.RootVisits} fresh starts, the best is worth {found.Worth:0.##} of 10."));
        return turn.Best!;
    }

    private sealed class Moves(Turn turn, string principles, IChatClient? judge) : ITreeSearchMoves
    {
        private const double Unreadable = 3; // as the released code has it, after as many tries

        public async Task<string> GenerateAsync(string prompt, int number, CancellationToken cancellationToken) =>
            (await turn.AskAsync(SystemText.After(turn.Conversation, $"How to answer: {principles}\n{Quoted.Notice}\n{Quoted.Text("advice on how to answer", prompt)}"), WithoutTools, cancellationToken, number).ConfigureAwait(false)).Text;

        public async Task<Critique> ScoreAsync(string answer, CancellationToken cancellationToken)
        {
            for (var attempt = 0; attempt < 3; attempt++)
            {
                var reply = await turn.ConsultAsync(judge,
                [
                    new(ChatRole.System, $"You criticise answers by these principles: {principles}\n{Quoted.Notice}\nSay what is wrong and what would be better, and end with one line of its own: 'Score: ' and a number from 0 (worst) to 10 (best)."),
                    new(ChatRole.User, $"{Quoted.Conversation(turn.Conversation)}\n{Quoted.Text("answer", answer)}"),
                ], cancellationToken).ConfigureAwait(false);
                if (ModelScorer.Read(reply) is { } score)
                    return new(score, reply);
            }
            return new(Unreadable, "");
        }

        public async Task<string> RefineAsync(string prompt, string answer, string critique, int number, CancellationToken cancellationToken) =>
            (await turn.AskAsync(SystemText.After(turn.Conversation, $"How to answer: {principles}\n{Quoted.Notice}\n{Quoted.Text("your draft", answer)}\n{Quoted.Text("a critique of it", critique)}\nAnswer again, so that the critique no longer holds; say nothing of draft or critique."), WithoutTools, cancellationToken, number).ConfigureAwait(false)).Text;

        public Task<string> RewriteAsync(string prompt, string critique, CancellationToken cancellationToken) => turn.ThinkAsync(
        [
            new(ChatRole.System, $"You write advice on how to answer a request, in a few sentences, by these principles: {principles}\n{Quoted.Notice}\nWrite the advice alone, and let it lead to another kind of answer than the one that was criticised."),
            new(ChatRole.User, $"{Quoted.Conversation(turn.Conversation)}\n{Quoted.Text("advice so far", prompt)}\n{Quoted.Text("critique of an answer that it led to", critique)}"),
        ], cancellationToken);

        private static ChatOptions WithoutTools(ChatOptions options)
        {
            options.Tools = null;
            return options;
        }
    }
}
