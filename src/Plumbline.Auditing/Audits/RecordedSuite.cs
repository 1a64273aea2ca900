namespace Plumbline.Auditing;

/// <summary>Makes a suite of transcripts that were kept: the same conversations are asked again, and answers are held to what of a specification a machine can check.</summary>
public static class RecordedSuite
{
    /// <summary>Whether what a rule forbids an answer to contain is kept out of it.</summary>
    public static Measure Kept { get; } = new("checksKept", "Contains nothing that a rule's check forbids", HigherIsBetter: true);

    /// <summary>Makes the suite.</summary>
    /// <param name="recorded">The transcripts, for example those of a gateway's log.</param>
    /// <param name="specification">Whose checks answers are held to.</param>
    /// <param name="placeholders">What placeholders of checks stand for; a check whose placeholder is not known is passed over.</param>
    /// <exception cref="InputException">No rule has a check that can be made.</exception>
    public static Suite Of(SubjectAudit recorded, Specification specification, IReadOnlyDictionary<string, string>? placeholders = null)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(specification);
        var checks = specification.ByPriority.Where(rule => rule.Check is not null).Select(rule => (rule.Id, Forbidden: Filled(rule.Check!.NeverContains, placeholders))).Where(check => !check.Forbidden.Contains('{', StringComparison.Ordinal)).ToArray();
        if (checks.Length == 0)
            throw new InputException(specification.FileName ?? specification.Name, "no rule has a check that can be made.", "Give a rule a check, for example check: { never-contains: \"4821\" }.");
        return new Suite(recorded.Suite, recorded.SuiteVersion, [.. recorded.Items.Select(item => item.Item)], new Judge(checks), [Kept]);
    }

    private static string Filled(string text, IReadOnlyDictionary<string, string>? placeholders) =>
        (placeholders ?? new Dictionary<string, string>()).Aggregate(text, (filled, each) => filled.Replace("{" + each.Key + "}", each.Value, StringComparison.Ordinal));

    private sealed class Judge((string Rule, string Forbidden)[] checks) : IJudge
    {
        public ValueTask<Verdict> JudgeAsync(Transcript transcript, CancellationToken cancellationToken = default)
        {
            var broken = checks.FirstOrDefault(check => transcript.Answer.Contains(check.Forbidden, StringComparison.OrdinalIgnoreCase)).Rule;
            return ValueTask.FromResult(new Verdict(Outcome.Scored, new Dictionary<string, double> { [Kept.Name] = broken is null ? 1 : 0 }, broken, broken is null ? "It contains nothing that is forbidden." : $"It contains what '{broken}' forbids."));
        }
    }
}
