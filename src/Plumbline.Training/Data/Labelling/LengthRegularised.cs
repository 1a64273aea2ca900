namespace Plumbline.Training;

/// <summary>Best against worst by score − α·length, with the α at which chosen answers are as long on average as rejected ones (DICE, 117).</summary>
/// <remarks>α is chosen for all prompts of a step together on a grid from 0 up: the one with the least |mean length of chosen − mean length of rejected|, the smallest of several. Lengths are in tokens; the release counts characters, for which α is another.</remarks>
/// <param name="Spacing">From one α to the next, &gt; 0; the paper's is 0.001 for rewards β·(S − S_ref).</param>
/// <param name="Most">The largest α, at least <paramref name="Spacing"/>.</param>
public sealed record LengthRegularised(double Spacing = 0.001, double Most = 0.2) : PairLabeller
{
    private const int MostTried = 10_000;

    /// <summary>From one α to the next.</summary>
    public double Spacing { get; } = Spacing > 0 ? Spacing : throw new ArgumentOutOfRangeException(nameof(Spacing), Spacing, "The spacing is above 0.");

    /// <summary>The largest α.</summary>
    public double Most { get; } = Most >= Spacing && Most / Spacing <= MostTried ? Most : throw new ArgumentOutOfRangeException(nameof(Most), Most, $"The largest is at least one spacing and at most {MostTried}.");

    /// <inheritdoc/>
    public override IReadOnlyList<AnswerPair> Label(IReadOnlyList<AnswerScores> groups) => At(groups, Coefficient(groups));

    /// <summary>The α that these answers ask for.</summary>
    public double Coefficient(IReadOnlyList<AnswerScores> groups) => Enumerable.Range(0, (int)Math.Round(Most / Spacing) + 1).Select(index => index * Spacing).MinBy(each => Math.Abs(Excess(groups, each)));

    /// <summary>By how many tokens chosen answers are longer than rejected ones on average, at some α; 0 where there is no pair.</summary>
    public static double Excess(IReadOnlyList<AnswerScores> groups, double coefficient)
    {
        var pairs = At(groups, coefficient);
        return pairs.Count == 0 ? 0 : pairs.Average(pair => (double)(groups[pair.Group].Lengths[pair.Chosen] - groups[pair.Group].Lengths[pair.Rejected]));
    }

    private static IReadOnlyList<AnswerPair> At(IReadOnlyList<AnswerScores> groups, double coefficient) => BestWorst.Of(groups, (score, length) => score - coefficient * length);
}
