using Plumbline.Statistics;

namespace Plumbline.Auditing;

/// <summary>By how much a judge favours answers of its own family (093): its win rate for them, less that of a neutral judge on the same pairs.</summary>
/// <param name="Excess">Mean over pairs of the difference, with Student's interval; 0 for a judge that is as neutral as the other.</param>
/// <param name="SharesProducer">Whether judge and subject come from the same producer: then a score that the judge gives the subject wants a second judge.</param>
public sealed record SelfPreference(Estimate Excess, bool SharesProducer)
{
    /// <summary>Measures it.</summary>
    /// <param name="judge">Producer of the judge.</param>
    /// <param name="subject">Producer of the family whose wins are counted.</param>
    /// <param name="pairs">For each pair, how often of the orders in which it was shown each judge chose the family's answer, from 0 to 1: show both orders, or what is measured is a liking for the first place.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 pairs, or a share is none.</exception>
    public static SelfPreference Of(string judge, string subject, IReadOnlyList<(double Judge, double Neutral)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count < 2 || pairs.Any(pair => pair.Judge is not (>= 0 and <= 1) || pair.Neutral is not (>= 0 and <= 1)))
            throw new ArgumentException("There are 2 pairs or more, each with shares from 0 to 1.", nameof(pairs));
        return new(StudentInterval.Of([.. pairs.Select(pair => pair.Judge - pair.Neutral)]), string.Equals(judge, subject, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>How much of the way from a weak teacher to what the true labels would give its student went: (student − weak)/(ceiling − weak).</summary>
    /// <exception cref="ArgumentException">Ceiling and teacher are the same.</exception>
    public static double Recovered(double weak, double student, double ceiling) =>
        ceiling == weak ? throw new ArgumentException("The ceiling is as good as the weak teacher: there is no gap to recover.", nameof(ceiling)) : (student - weak) / (ceiling - weak);
}
