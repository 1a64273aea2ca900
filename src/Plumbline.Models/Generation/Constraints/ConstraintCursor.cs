using Plumbline.Models.Tokenizers;

namespace Plumbline.Models.Generation.Constraints;

/// <summary>Where a text stands that is being written under a constraint.</summary>
/// <param name="constraint">The constraint.</param>
/// <param name="tokenizer">Spells the tokens.</param>
internal sealed class ConstraintCursor(OutputConstraint constraint, Tokenizer tokenizer)
{
    private readonly TokenMasks masks = constraint.MasksFor(tokenizer);
    private readonly TokenSet union = new(tokenizer.VocabularySize);
    private PositionSet positions = constraint.Begin(), spare = new();

    /// <summary>Whether the text is valid as it is.</summary>
    public bool Complete => positions.Complete;

    /// <summary>The tokens that may stand next, ends not among them; empty only if the text is complete.</summary>
    /// <returns>Not to be changed; another set may be there after the next token.</returns>
    public TokenSet Allowed()
    {
        if (positions.Positions is [var only])
            return masks.At(only);
        for (var index = 0; index < positions.Positions.Count; index++)
        {
            if (index == 0)
                union.Become(masks.At(positions.Positions[index]));
            else
                union.Add(masks.At(positions.Positions[index]));
        }
        return union;
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
