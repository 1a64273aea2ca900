namespace Plumbline.Auditing;

/// <summary>How well a dialogue keeps to the profile of a role, facet by facet (101, Beyond Dialogue).</summary>
/// <remarks>Numbers: 1 − mean |label − rated|/10. Labels: the share that was found. Personality: the share of its letters.</remarks>
public static class ProfileMatch
{
    private const double Range = 10;

    /// <summary>Of emotions or relationships, rated from 0 to 10.</summary>
    /// <param name="labels">Of the profile; at least one.</param>
    /// <param name="rated">As the dialogue shows them; what it does not show is null and matches nothing.</param>
    /// <returns>From 0 to 1.</returns>
    public static double OfNumbers(IReadOnlyList<int> labels, IReadOnlyList<int?> rated)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(rated);
        if (labels.Count == 0 || rated.Count != labels.Count || labels.Concat(rated.OfType<int>()).Any(number => number is < 0 or > 10))
            throw new ArgumentException("Labels and ratings are equally many, and from 0 to 10.", nameof(rated));
        return labels.Zip(rated, (label, shown) => shown is { } number ? 1 - Math.Abs(label - number) / Range : 0).Average();
    }

    /// <summary>Of character or style: the share of the profile's labels that the dialogue shows.</summary>
    /// <param name="labels">Of the profile; at least one.</param>
    /// <param name="shown">Of the dialogue; labels that the profile has not do not count against it.</param>
    public static double OfLabels(IReadOnlyList<string> labels, IReadOnlyList<string> shown)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(shown);
        return labels.Average(label => shown.Contains(label, StringComparer.OrdinalIgnoreCase) ? 1.0 : 0);
    }

    /// <summary>Of a personality type: the share of its letters that the dialogue shows.</summary>
    /// <param name="letters">Of the profile, for example INTJ.</param>
    /// <param name="shown">A letter for each, or null.</param>
    public static double OfPersonality(string letters, IReadOnlyList<char?> shown)
    {
        ArgumentException.ThrowIfNullOrEmpty(letters);
        ArgumentNullException.ThrowIfNull(shown);
        return letters.Index().Average(letter => letter.Index < shown.Count && shown[letter.Index] == letter.Item ? 1.0 : 0);
    }

    /// <summary>Role choice: with whom of several masked roles a judge takes a dialogue for the right one's, who picks the best match and tosses a coin among equals.</summary>
    /// <param name="matches">How well the dialogue matches each role.</param>
    /// <param name="right">Whose it is.</param>
    /// <returns>The chance that the right one is picked.</returns>
    public static double RoleChoice(IReadOnlyList<double> matches, int right)
    {
        ArgumentNullException.ThrowIfNull(matches);
        var best = matches.Max();
        return matches[right] == best ? 1.0 / matches.Count(match => match == best) : 0;
    }
}
