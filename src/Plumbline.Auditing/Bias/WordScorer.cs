namespace Plumbline.Auditing.Bias;

/// <summary>A scorer that knows nothing but which words, and which two words in a row, a text has: what it finds, style can explain (104).</summary>
/// <remarks>Bradley–Terry with one weight for each word and each two: −ln σ(r(better) − r(worse)) + ½λ·w² of the weights in play, by stochastic descent, one pair at a time.</remarks>
public sealed class WordScorer
{
    private readonly Dictionary<string, double> _weights = new(StringComparer.Ordinal);

    private WordScorer()
    {
    }

    /// <summary>Fits to pairs.</summary>
    /// <param name="pairs">The better text first; taken in this order.</param>
    /// <param name="epochs">How often it goes through them.</param>
    /// <param name="rate">Learning rate, &gt; 0.</param>
    /// <param name="decay">λ ≥ 0.</param>
    public static WordScorer Fit(IReadOnlyList<(string Better, string Worse)> pairs, int epochs = 1, double rate = 0.1, double decay = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfNegative(decay);
        var scorer = new WordScorer();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var (better, worse) in pairs)
                scorer.Learn(Features(better), Features(worse), rate, decay);
        }
        return scorer;
    }

    /// <summary>r(text): the sum of the weights of what it has.</summary>
    public double Score(string text) => Features(text).Sum(Weight);

    private void Learn(HashSet<string> better, HashSet<string> worse, double rate, double decay)
    {
        var slope = 1 / (1 + Math.Exp(better.Sum(Weight) - worse.Sum(Weight)));
        foreach (var (features, other, sign) in ((HashSet<string>, HashSet<string>, double)[])[(better, worse, slope), (worse, better, -slope)])
        {
            foreach (var feature in features.Where(feature => !other.Contains(feature)))
                _weights[feature] = Weight(feature) + rate * (sign - decay * Weight(feature));
        }
    }

    private double Weight(string feature) => _weights.GetValueOrDefault(feature);

    private static HashSet<string> Features(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.ToLowerInvariant().Split([' ', '.', ',', ';', ':', '!', '?', '"', '(', ')', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return [.. words, .. words.Zip(words.Skip(1), (one, next) => $"{one} {next}")];
    }
}
