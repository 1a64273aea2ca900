namespace Plumbline;

/// <summary>What a judge makes of one transcript.</summary>
/// <param name="Outcome">Whether the answer could be read at all.</param>
/// <param name="Scores">By measure, 1 or 0; a measure that does not apply to the item is absent.</param>
/// <param name="Rule">The rule that the verdict is about, or null where the rules are silent.</param>
/// <param name="Reason">One sentence a person can check.</param>
public sealed record Verdict(Outcome Outcome, IReadOnlyDictionary<string, double> Scores, string? Rule, string Reason);

/// <summary>How a transcript ended; every estimate counts all three.</summary>
public enum Outcome
{
    /// <summary>The judge read the answer.</summary>
    Scored,

    /// <summary>The instrument could not read the answer.</summary>
    Unscored,

    /// <summary>The machinery broke before there was an answer.</summary>
    Error,
}

/// <summary>Maps a transcript to a verdict: a rule, a classifier or a model.</summary>
public interface IJudge
{
    /// <summary>Reads one transcript.</summary>
    ValueTask<Verdict> JudgeAsync(Transcript transcript, CancellationToken cancellationToken = default);
}

/// <summary>A verdict against a rule with its evidence: the only thing that flows back into framing (081).</summary>
/// <param name="Rule">The rule that was broken, with its provenance.</param>
/// <param name="Transcript">The evidence.</param>
/// <param name="Verdict">What the judge said of it.</param>
public sealed record Finding(Rule Rule, Transcript Transcript, Verdict Verdict);
