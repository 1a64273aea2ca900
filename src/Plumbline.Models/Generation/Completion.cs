namespace Plumbline.Models;

/// <summary>What a model wrote after a prompt.</summary>
/// <param name="Tokens">Its tokens, with the end marker or the stop string if it came to it.</param>
/// <param name="LogProbabilities">By token: natural logarithm of its probability under the model itself, at temperature 1 and with all tokens to choose from, however it was chosen.</param>
/// <param name="Stop">Why it stopped.</param>
public sealed record Completion(int[] Tokens, float[] LogProbabilities, StopReason Stop)
{
    /// <summary>By token: the likeliest at its place, the likeliest first, as many as <see cref="GenerationOptions.TopLogProbabilities"/> asked for.</summary>
    public IReadOnlyList<IReadOnlyList<TokenLogProbability>> Alternatives { get; init; } = [];

    /// <summary>The texts before which it was to stop.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];
}

/// <summary>A token and how likely it was.</summary>
/// <param name="Token">The token.</param>
/// <param name="LogProbability">Natural logarithm of its probability, at temperature 1.</param>
public readonly record struct TokenLogProbability(int Token, float LogProbability);

/// <summary>Why a generation stopped.</summary>
public enum StopReason
{
    /// <summary>The model wrote the end marker.</summary>
    End,

    /// <summary>It had written as much as was allowed, or as it can hold.</summary>
    Length,

    /// <summary>It wrote one of the stop strings.</summary>
    StopString,
}
