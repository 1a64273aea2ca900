namespace Plumbline.Worlds.Ratings;

/// <summary>Answers are vectors of attributes; what one is worth is a weighted sum of its attributes, and raters see that with more or less noise.</summary>
/// <remarks>A policy is the mean of its answers, which scatter around it with deviation 1 in each attribute. So log π(y) = −½·|y − mean|² + constant, and a loss over pairs has an exact gradient.</remarks>
public sealed class RatingWorld
{
    private const double Middle = 5.5, Spread = 1.5;

    private RatingWorld(double[] weights) => Weights = weights;

    /// <summary>What each attribute counts; a vector of length 1.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>Draws a world: the same seed, the same world.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="attributes">Attributes of an answer.</param>
    public static RatingWorld Draw(long seed, int attributes = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attributes, 1);
        var draws = new Draws(seed, "rating-world");
        double[] weights = [.. Enumerable.Range(0, attributes).Select(_ => draws.NextNormal())];
        var norm = Math.Sqrt(weights.Sum(weight => weight * weight));
        return new([.. weights.Select(weight => weight / norm)]);
    }

    /// <summary>An answer of a policy.</summary>
    /// <param name="mean">The policy.</param>
    /// <param name="draws">Chooses it.</param>
    public static double[] Answer(IReadOnlyList<double> mean, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(draws);
        return [.. mean.Select(each => each + draws.NextNormal())];
    }

    /// <summary>What an answer is worth; of a mean: what its policy's answers are worth on average.</summary>
    public double Worth(IReadOnlyList<double> answer) => answer.Zip(Weights, (attribute, weight) => attribute * weight).Sum();

    /// <summary>The grade that a rater gives an answer, a whole number from 1 to 10.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="noise">Deviation of what the rater takes it to be worth, ≥ 0; grades are 1.5 for each unit of worth, around 5.5.</param>
    /// <param name="draws">Chooses the noise.</param>
    public int Grade(IReadOnlyList<double> answer, double noise, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return (int)Math.Clamp(Math.Round(Middle + Spread * (Worth(answer) + noise * draws.NextNormal()), MidpointRounding.AwayFromZero), 1, 10);
    }
}
