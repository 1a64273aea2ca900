namespace Plumbline.Models.Generation.Constraints;

/// <summary>Where a text stands that is being written under a constraint.</summary>
/// <param name="constraint">The constraint.</param>
/// <param name="tokenizer">Spells the tokens.</param>
internal sealed class ConstraintCursor(OutputConstraint constraint, Tokenizer tokenizer)
{
    private readonly TokenMasks masks = constraint.MasksFor(tokenizer);
    private PositionSet positions = constraint.Begin(), spare = new();

    /// <summary>Whether the text is valid as it is.</summary>
    public bool Complete => positions.Complete;

    /// <summary>The tokens that may stand next, ends not among them; empty only if the text is complete.</summary>
    /// <returns>A set that the caller may change.</returns>
    public TokenSet Allowed()
    {
        var allowed = new TokenSet(tokenizer.VocabularySize);
        foreach (var position in positions.Positions)
            allowed.Add(masks.At(position));
        return allowed;
    }

    /// <summary>Goes on after a token.</summary>
    /// <param name="token">A token that is allowed.</param>
    public void Take(int token)
    {
        foreach (var value in tokenizer.BytesOf(token))
        {
            if (!positions.Step(value, spare))
                throw new InvalidOperationException($"Token {token} may not stand here.");
            (positions, spare) = (spare, positions);
        }
    }
}
