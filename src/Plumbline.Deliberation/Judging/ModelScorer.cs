using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Has a model score answers by a criterion, from 0 to 10.</summary>
/// <param name="criterion">What is good, in words: rules, a rubric, a wish.</param>
/// <param name="judge">Who scores; null: the model that answers.</param>
public sealed partial class ModelScorer(string criterion, IChatClient? judge = null) : IAnswerScorer
{
    /// <summary>A scorer by the rules of a specification.</summary>
    public static ModelScorer For(Specification specification, IChatClient? judge = null) => new(SpecificationPrompt.RenderRules(specification), judge);

    /// <inheritdoc/>
    public async ValueTask<double?> ScoreAsync(ChatAnswer answer, Turn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(turn);
        var reply = await turn.ConsultAsync(judge,
        [
            new(ChatRole.System, $"You score answers. What is good: {criterion}\n{Quoted.Notice}\nEnd your reply with one line of its own: 'Score: ' and a number from 0 (worst) to 10 (best)."),
            new(ChatRole.User, $"{Quoted.Conversation(answer.Conversation)}\n{Quoted.Text("answer", answer.Text)}\nHow good is the answer?"),
        ], cancellationToken, temperature: 0).ConfigureAwait(false);
        return Read(reply);
    }

    /// <summary>The number of the last line that gives one as it was asked for; null if none does, or it is out of range.</summary>
    internal static double? Read(string reply) =>
        Scores().Matches(reply) is { Count: > 0 } found
        && double.TryParse(found[^1].Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var score) && score <= 10 ? score : null;

    [GeneratedRegex(@"^[\s*_#]*score[\s:=*_]*(\d{1,2}(?:\.\d{1,6})?)(?:\s*/\s*10)?\W*$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Scores();
}
