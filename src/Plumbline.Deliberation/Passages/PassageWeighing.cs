namespace Plumbline.Deliberation;

/// <summary>Weighs passages that may be poisoned against each other and against memory, so that neither is every passage believed nor a true update ignored (022, Dialectical Alignment).</summary>
/// <remarks>
/// The score of an answer is the sum of the weights of the passages that claim it, copies counted once; what is remembered has the log-odds of its self-agreement on top. The best answer is given
/// if it leads by the margin; else the sources disagree. Approved sources outweigh any memory and a few dozen anonymous ones.
/// </remarks>
/// <param name="ApprovedWeight">What an approved source counts; an anonymous one counts 1.</param>
/// <param name="Margin">By how much the best answer has to lead, &gt; 0.</param>
/// <param name="Copy">Two passages that claim the same and share at least this part of their words are copies, from above 0 to 1.</param>
public sealed record PassageWeighing(double ApprovedWeight = 50, double Margin = 0.5, double Copy = 0.8)
{
    private const double MostSure = 0.99; // nobody is sure beyond this of what they remember: ln 99 = 4.6 passages

    /// <summary>What an approved source counts.</summary>
    public double ApprovedWeight { get; } = ApprovedWeight >= 1 ? ApprovedWeight : throw new ArgumentOutOfRangeException(nameof(ApprovedWeight), ApprovedWeight, "An approved source counts at least as much as an anonymous one: 1.");

    /// <summary>By how much the best answer has to lead.</summary>
    public double Margin { get; } = Margin > 0 ? Margin : throw new ArgumentOutOfRangeException(nameof(Margin), Margin, "The margin is above 0.");

    /// <summary>The part of their words that copies share.</summary>
    public double Copy { get; } = Copy is > 0 and <= 1 ? Copy : throw new ArgumentOutOfRangeException(nameof(Copy), Copy, "A share is from above 0 to 1.");

    /// <summary>Weighs.</summary>
    /// <param name="remembered">What the model answers without passages, or null if it does not know.</param>
    /// <param name="selfAgreement">The share of its samples that say so, from 0 to 1.</param>
    /// <param name="passages">What was found, in any order.</param>
    public WeighedPassages Weigh(string? remembered, double selfAgreement, IReadOnlyList<PassageClaim> passages)
    {
        ArgumentNullException.ThrowIfNull(passages);
        if (selfAgreement is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(selfAgreement), selfAgreement, "A share is from 0 to 1.");
        var distinct = WithoutCopies(passages);
        var scores = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var passage in distinct)
            scores[passage.Claim] = scores.GetValueOrDefault(passage.Claim) + (passage.Approved ? ApprovedWeight : 1);
        if (remembered is not null)
        {
            var sure = Math.Clamp(selfAgreement, 1 - MostSure, MostSure);
            scores[remembered] = scores.GetValueOrDefault(remembered) + Math.Log(sure / (1 - sure));
        }
        KeyValuePair<string, double>[] order = [.. scores.OrderByDescending(each => each.Value)];
        var answer = order.Length == 0 || order.Length > 1 && order[0].Value - order[1].Value < Margin ? null : order[0].Key;
        PassageClaim[] used = [.. distinct.Where(passage => passage.Claim == answer)];
        return new(answer, [.. order.Take(2).Select(each => each.Key)], Conflict(remembered, distinct), used, [.. passages.Where(passage => !used.Contains(passage, ReferenceEqualityComparer.Instance))]);
    }

    private static PassageConflict Conflict(string? remembered, IReadOnlyList<PassageClaim> passages) => passages.Select(passage => passage.Claim).Distinct().Count() switch
    {
        0 => PassageConflict.None,
        1 => remembered is null || passages[0].Claim == remembered ? PassageConflict.None : PassageConflict.AgainstMemory,
        _ => PassageConflict.AmongPassages,
    };

    /// <summary>Of copies the one that counts most, of equals the first.</summary>
    private List<PassageClaim> WithoutCopies(IReadOnlyList<PassageClaim> passages)
    {
        var kept = new List<(PassageClaim Passage, HashSet<string> Words)>();
        foreach (var passage in passages.OrderByDescending(passage => passage.Approved)) // stable
        {
            HashSet<string> words = [.. passage.Text.ToUpperInvariant().Split((char[])[' ', '\t', '\n', '.', ',', ';', ':', '!', '?', '"'], StringSplitOptions.RemoveEmptyEntries)];
            if (!kept.Exists(other => other.Passage.Claim == passage.Claim && words.Count(other.Words.Contains) >= Copy * words.Union(other.Words).Count()))
                kept.Add((passage, words));
        }
        return [.. kept.Select(each => each.Passage)];
    }
}
