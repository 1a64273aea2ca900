namespace Plumbline.Training;

/// <summary>Two answers to one prompt as tokens; the answers are the trained part.</summary>
/// <param name="Chosen">Prompt and better answer.</param>
/// <param name="Rejected">Prompt and worse answer.</param>
public sealed record PairExample(TokenExample Chosen, TokenExample Rejected)
{
    internal int Tokens => Chosen.Ids.Length + Rejected.Ids.Length;
}
