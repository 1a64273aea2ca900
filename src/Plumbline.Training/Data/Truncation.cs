namespace Plumbline.Training;

/// <summary>What happens to an example that is longer than a row.</summary>
public enum Truncation
{
    /// <summary>It is left out, and counted.</summary>
    Drop,

    /// <summary>Its prompt is cut at the beginning, and counted; it is left out where even the answer is too long.</summary>
    CutPrompt,

    /// <summary>It ends the reading.</summary>
    Refuse,
}
