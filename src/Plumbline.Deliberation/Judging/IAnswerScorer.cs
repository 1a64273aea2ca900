namespace Plumbline.Deliberation;

/// <summary>Says how good an answer is: a reward model, a check, a judge.</summary>
public interface IAnswerScorer
{
    /// <summary>Scores one answer; more is better.</summary>
    /// <param name="answer">What was said, and what is answered to it.</param>
    /// <param name="turn">The request under work: a scorer that asks a model asks through it, so that it is counted.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A finite number, or null where the scorer cannot tell.</returns>
    ValueTask<double?> ScoreAsync(ChatAnswer answer, Turn turn, CancellationToken cancellationToken);
}

/// <summary>A scorer made of a function.</summary>
/// <param name="score">More is better; must be finite.</param>
public sealed class FunctionScorer(Func<ChatAnswer, double> score) : IAnswerScorer
{
    /// <inheritdoc/>
    public ValueTask<double?> ScoreAsync(ChatAnswer answer, Turn turn, CancellationToken cancellationToken)
    {
        var value = score(answer);
        return ValueTask.FromResult<double?>(double.IsFinite(value) ? value : null);
    }
}
