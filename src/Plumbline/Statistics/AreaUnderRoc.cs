namespace Plumbline.Statistics;

/// <summary>Area under the ROC curve: how well a score tells what is so from what is not (Hanley and McNeil 1982).</summary>
/// <remarks>The share of pairs of a positive and a negative in which the positive has the higher score, ties counted half: Mann and Whitney's U over all pairs. 1 is perfect order, ½ none.</remarks>
public static class AreaUnderRoc
{
    /// <summary>The area, from 0 to 1; not a number where all labels are the same.</summary>
    /// <param name="scores">Of each item; higher should mean positive.</param>
    /// <param name="labels">Whether each is positive.</param>
    public static double Of(IReadOnlyList<double> scores, IReadOnlyList<bool> labels)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Count, scores.Count, nameof(labels));
        if (scores.Any(double.IsNaN))
            throw new ArgumentOutOfRangeException(nameof(scores), "Every score is a number.");
        long positives = 0, negatives = 0, wins = 0; // in halves
        foreach (var tied in scores.Zip(labels).GroupBy(each => each.First, each => each.Second).OrderBy(each => each.Key))
        {
            long above = tied.Count(label => label), below = tied.Count(label => !label);
            wins += above * ((2 * negatives) + below);
            (positives, negatives) = (positives + above, negatives + below);
        }
        return wins / (2.0 * positives * negatives);
    }
}
