namespace Plumbline.Models;

/// <summary>What a model wrote after a prompt.</summary>
/// <param name="Tokens">Its tokens, with the end marker if it came to it.</param>
/// <param name="LogProbabilities">By token: natural logarithm of its probability under the model itself, at temperature 1 and without top-p, however it was chosen.</param>
/// <param name="Stop">Why it stopped.</param>
public sealed record Completion(int[] Tokens, float[] LogProbabilities, StopReason Stop);

/// <summary>Why a generation stopped.</summary>
public enum StopReason
{
    /// <summary>The model wrote the end marker.</summary>
    End,

    /// <summary>It had written as much as was allowed, or as it can hold.</summary>
    Length,
}
