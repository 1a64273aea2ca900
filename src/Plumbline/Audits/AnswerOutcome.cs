namespace Plumbline;

/// <summary>What an answer to a question of fact comes to (027).</summary>
public enum AnswerOutcome
{
    /// <summary>It says what is so.</summary>
    Right,

    /// <summary>It says something else, or nothing that can be read.</summary>
    Wrong,

    /// <summary>It says that the answer is not known, and claims nothing.</summary>
    Unknown,
}
