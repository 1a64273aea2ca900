namespace Plumbline.Deliberation;

/// <summary>A passage that was found for a question, and what it claims the answer is.</summary>
/// <param name="Text">As it was found.</param>
/// <param name="Claim">The answer that it gives; passages that give the same answer have equal claims.</param>
/// <param name="Approved">Whether whoever runs the system vouches for the source.</param>
public sealed record PassageClaim(string Text, string Claim, bool Approved = false);

/// <summary>How what passages say relates to what the model remembers (022).</summary>
public enum PassageConflict
{
    /// <summary>All say what is remembered, or there are none.</summary>
    None,

    /// <summary>The passages agree, against memory.</summary>
    AgainstMemory,

    /// <summary>The passages disagree.</summary>
    AmongPassages,
}

/// <summary>What was made of passages.</summary>
/// <param name="Answer">The answer, or null where the sources disagree too evenly to tell.</param>
/// <param name="Contenders">The two best answers, the best first; one where there is no other.</param>
/// <param name="Conflict">How passages and memory stood to each other.</param>
/// <param name="Used">The passages that speak for the answer, copies left out.</param>
/// <param name="Rejected">All others.</param>
public sealed record WeighedPassages(string? Answer, IReadOnlyList<string> Contenders, PassageConflict Conflict, IReadOnlyList<PassageClaim> Used, IReadOnlyList<PassageClaim> Rejected);
