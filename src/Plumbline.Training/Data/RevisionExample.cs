namespace Plumbline.Training;

/// <summary>An answer and its revision as tokens, with what the revision changed: added tokens have weights above 0, removed ones below.</summary>
/// <param name="Revised">Prompt and revised answer.</param>
/// <param name="First">Prompt and first answer.</param>
public sealed record RevisionExample(TokenExample Revised, TokenExample First)
{
    /// <summary>Tokens of both texts.</summary>
    public int Tokens => Revised.Ids.Length + First.Ids.Length;

    /// <summary>How many tokens the revision changed.</summary>
    public int Changed => Revised.Trained + First.Trained;

    /// <summary>Contrasts an answer with its revision (102).</summary>
    /// <param name="prompt">What is read; at least one token.</param>
    /// <param name="first">The answer, with its end marker.</param>
    /// <param name="revised">The revised answer, with its end marker.</param>
    /// <param name="added">α: weight of tokens that the revision added or put for others, ≥ 0.</param>
    /// <param name="removed">β: weight of tokens that it took out or replaced, ≥ 0; they get its negative.</param>
    /// <param name="kept">Weight of tokens that it kept, ≥ 0.</param>
    public static RevisionExample Contrast(int[] prompt, int[] first, int[] revised, float added = 1, float removed = 0.5f, float kept = 0)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfZero(prompt.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(added);
        ArgumentOutOfRangeException.ThrowIfNegative(removed);
        ArgumentOutOfRangeException.ThrowIfNegative(kept);
        var script = EditScript.Between(first, revised);
        return new(Example(revised, script.Added, added, kept), Example(first, script.Removed, -removed, 0));

        TokenExample Example(int[] answer, IReadOnlyList<bool> changed, float weight, float rest) =>
            new([.. prompt, .. answer], [.. prompt.Select(_ => 0f), .. changed.Select(each => each ? weight : rest)]);
    }
}
