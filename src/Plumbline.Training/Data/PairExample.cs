namespace Plumbline.Training;

/// <summary>Two answers to one prompt as tokens; the answers are the trained part.</summary>
/// <param name="Chosen">Prompt and better answer.</param>
/// <param name="Rejected">Prompt and worse answer.</param>
public sealed record PairExample(TokenExample Chosen, TokenExample Rejected)
{
    /// <summary>How much the pair counts; the mean over all data had better be 1 (059).</summary>
    public double Weight { get; init; } = 1;

    /// <summary>By how much the better answer is better, where the data say so; else 0.</summary>
    public double Gap { get; init; }

    internal int Tokens => Chosen.Ids.Length + Rejected.Ids.Length;
}
