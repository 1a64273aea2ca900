namespace Plumbline.Auditing;

/// <summary>A conversation whose verdict changed.</summary>
/// <param name="Before">By the first subject.</param>
/// <param name="After">By the second.</param>
/// <param name="Better">Measures that improved.</param>
/// <param name="Worse">Measures that got worse.</param>
public sealed record ChangedConversation(AuditedItem Before, AuditedItem After, IReadOnlyList<Measure> Better, IReadOnlyList<Measure> Worse)
{
    /// <summary>The conversation, or null if no measure that both were scored on changed.</summary>
    internal static ChangedConversation? Of(AuditedItem before, AuditedItem after, IReadOnlyList<Measure> measures)
    {
        var moved = measures.Where(measure => before.Score(measure.Name) is { } was && after.Score(measure.Name) is { } now && was != now)
            .ToLookup(measure => after.Score(measure.Name) > before.Score(measure.Name) == measure.HigherIsBetter);
        return moved.Count == 0 ? null : new ChangedConversation(before, after, [.. moved[true]], [.. moved[false]]);
    }
}
