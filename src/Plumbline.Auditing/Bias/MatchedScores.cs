namespace Plumbline.Auditing.Bias;

/// <summary>What a scorer gives two texts on one topic that differ in what it should not care about (104).</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Left">Score of one text.</param>
/// <param name="Right">Score of the other.</param>
public sealed record MatchedScores(string Topic, double Left, double Right)
{
    /// <summary>Of cues such as length or a turn of phrase, how much more the left text has than the right one; as many in each pair.</summary>
    public IReadOnlyList<double> Cues { get; init; } = [];
}
