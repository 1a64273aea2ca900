namespace Plumbline.Training;

/// <summary>An answer as tokens, with and without a judgment of it in view; or an answer that there is nothing to say against.</summary>
public sealed record JudgedExample
{
    /// <param name="plain">Prompt and answer; the answer is the trained part.</param>
    /// <param name="judged">Prompt, judgment and the same answer; null for an answer without a judgment.</param>
    /// <exception cref="ArgumentException">What is trained is not the same answer.</exception>
    public JudgedExample(TokenExample plain, TokenExample? judged)
    {
        ArgumentNullException.ThrowIfNull(plain);
        if (judged is not null && !Answer(plain).SequenceEqual(Answer(judged)))
            throw new ArgumentException("With the judgment and without it the same answer is trained.", nameof(judged));
        (Plain, Judged) = (plain, judged);
    }

    /// <summary>Prompt and answer.</summary>
    public TokenExample Plain { get; }

    /// <summary>Prompt, judgment and the same answer; null for an answer without a judgment.</summary>
    public TokenExample? Judged { get; }

    /// <summary>Tokens of both texts.</summary>
    public int Tokens => Plain.Ids.Length + (Judged?.Ids.Length ?? 0);

    private static IEnumerable<(int, float)> Answer(TokenExample text) => text.Ids.Zip(text.Weights).Skip(1).Where(each => each.Second != 0);
}
