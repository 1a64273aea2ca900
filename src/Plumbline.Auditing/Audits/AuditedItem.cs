namespace Plumbline.Auditing;

/// <summary>What a subject did with an item, and what the judge made of it.</summary>
/// <param name="Transcript">The conversation.</param>
/// <param name="Verdict">The judgement.</param>
public sealed record AuditedItem(Transcript Transcript, Verdict Verdict)
{
    /// <summary>What was asked.</summary>
    public Item Item => Transcript.Item;

    /// <summary>The score on a measure, or null if the answer was not scored or the measure does not apply.</summary>
    public double? Score(string measure) =>
        Verdict.Outcome == Outcome.Scored && Verdict.Scores.TryGetValue(measure, out var score) ? score : null;

    /// <summary>Those of the measures on which the answer is less than right.</summary>
    public IEnumerable<Measure> Misses(IEnumerable<Measure> measures) =>
        measures.Where(measure => Score(measure.Name) is { } score && (measure.HigherIsBetter ? score < 1 : score > 0));
}
