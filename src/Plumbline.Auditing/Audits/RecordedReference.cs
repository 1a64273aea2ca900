namespace Plumbline.Auditing;

/// <summary>What a transcript file remembers of a reference: the rule that decides. It cannot be judged anew without the suite.</summary>
/// <param name="DecidedBy">Identifier of the rule, or null where the rules are silent.</param>
public sealed record RecordedReference(string? DecidedBy) : Reference
{
    /// <inheritdoc/>
    public override string? Rule => DecidedBy;
}
