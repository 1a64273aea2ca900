namespace Plumbline.Models;

/// <summary>How a model chooses its next token, and when it stops.</summary>
/// <remarks>
/// In this order, l being the model's logits: <see cref="LogitBias"/> is added; <see cref="RepetitionPenalty"/>, <see cref="FrequencyPenalty"/> and
/// <see cref="PresencePenalty"/> are applied; ends are left out before <see cref="MinNewTokens"/>, and what <see cref="Constraint"/> forbids; the rest is divided by
/// <see cref="Temperature"/>; <see cref="TopK"/>, <see cref="TopP"/> and <see cref="MinP"/> keep fewer, one after the other; one is drawn, in proportion to exp(l).
/// </remarks>
public sealed record GenerationOptions
{
    /// <summary>The most tokens that an answer has, reasoning and end marker included.</summary>
    public int MaxNewTokens { get; init; } = 160;

    /// <summary>The model may not end before it has written this many tokens.</summary>
    public int MinNewTokens { get; init; }

    /// <summary>0 always takes the likeliest token; 1 samples as the model believes; between, less boldly.</summary>
    public double Temperature { get; init; }

    /// <summary>Samples among this many of the likeliest tokens; of equals the first in the vocabulary. 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Samples among the likeliest tokens that together have this probability (nucleus sampling; Holtzman et al. 2020); 1 for all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Samples among the tokens that are at least this share as probable as the likeliest (Nguyen et al. 2024); 0 for all.</summary>
    public double MinP { get; init; }

    /// <summary>
    /// Tokens of the prompt and of the answer so far become less likely (Keskar et al. 2019): l / θ where l is positive, l · θ where it is not. 1 for none.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>A token becomes less likely each time that the answer has it: l − α · count. From −2 to 2; 0 for none.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>A token becomes less likely once the answer has it: l − α. From −2 to 2; 0 for none.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>By token: what is added to its logit; negative infinity for never.</summary>
    public IReadOnlyDictionary<int, double> LogitBias { get; init; } = new Dictionary<int, double>();

    /// <summary>Texts before which an answer stops. They may span tokens; reasoning does not count. What is shown of the answer is without them; its tokens are all there.</summary>
    public EquatableArray<string> StopStrings { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <summary>Tokens that end a text, beside those of the model.</summary>
    public EquatableArray<int> EndTokens { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <summary>What the answer has to look like, or null for anything.</summary>
    public OutputConstraint? Constraint { get; init; }

    /// <summary>How many alternatives are reported for each token, with their log-probabilities; 20 at most.</summary>
    public int TopLogProbabilities { get; init; }

    /// <summary>Chooses the samples. Each row has a stream of its own, derived from the seed and its index.</summary>
    public ulong Seed { get; init; }

    /// <summary>How many rows are written at the same time.</summary>
    public int BatchSize { get; init; } = 64;

    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    internal GenerationOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MinNewTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(TopK);
        ArgumentOutOfRangeException.ThrowIfNegative(TopLogProbabilities);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TopLogProbabilities, 20);
        if (!(Temperature >= 0 && double.IsFinite(Temperature)))
            throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "Temperature is a number of at least 0.");
        if (!(TopP > 0 && TopP <= 1))
            throw new ArgumentOutOfRangeException(nameof(TopP), TopP, "TopP is greater than 0 and at most 1.");
        if (!(MinP >= 0 && MinP <= 1))
            throw new ArgumentOutOfRangeException(nameof(MinP), MinP, "MinP is from 0 to 1.");
        if (!(RepetitionPenalty > 0 && double.IsFinite(RepetitionPenalty)))
            throw new ArgumentOutOfRangeException(nameof(RepetitionPenalty), RepetitionPenalty, "RepetitionPenalty is greater than 0; 1 is none.");
        if (!(Math.Abs(FrequencyPenalty) <= 2))
            throw new ArgumentOutOfRangeException(nameof(FrequencyPenalty), FrequencyPenalty, "FrequencyPenalty is from -2 to 2.");
        if (!(Math.Abs(PresencePenalty) <= 2))
            throw new ArgumentOutOfRangeException(nameof(PresencePenalty), PresencePenalty, "PresencePenalty is from -2 to 2.");
        if (LogitBias.Values.Any(bias => double.IsNaN(bias) || double.IsPositiveInfinity(bias)))
            throw new ArgumentOutOfRangeException(nameof(LogitBias), "A bias is a number, or negative infinity.");
        if (StopStrings.Any(text => string.IsNullOrEmpty(text) || text.Contains('\uFFFD', StringComparison.Ordinal)))
            throw new ArgumentOutOfRangeException(nameof(StopStrings), "A stop string has at least one character, and none that stands for what is no text (U+FFFD).");
        return this;
    }
}
