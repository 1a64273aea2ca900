namespace Plumbline.Training;

/// <summary>An answer that was judged by itself; the answer is the trained part.</summary>
/// <param name="Text">Prompt and answer.</param>
/// <param name="Label">1 for a good answer, 0 for a bad one, or between.</param>
public sealed record PointExample(TokenExample Text, double Label)
{
    /// <summary>1 for a good answer, 0 for a bad one, or between.</summary>
    public double Label { get; } = Label is >= 0 and <= 1 ? Label : throw new ArgumentOutOfRangeException(nameof(Label), Label, "It is from 0 to 1.");

    /// <summary>Both answers of a pair: the better one is good, the worse one bad.</summary>
    public static IEnumerable<PointExample> Of(PairExample pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        return [new(pair.Chosen, 1), new(pair.Rejected, 0)];
    }
}
