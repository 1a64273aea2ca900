namespace Plumbline.Models;

/// <summary>How a model chooses its next token, and when it stops.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens that an answer has, reasoning and end marker included.</summary>
    public int MaxNewTokens { get; init; } = 160;

    /// <summary>0 always takes the likeliest token; 1 samples as the model believes; between, less boldly.</summary>
    public double Temperature { get; init; }

    /// <summary>Samples among the likeliest tokens that together have this probability; 1 for all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Chooses the samples. Each row has a stream of its own, derived from the seed and its index.</summary>
    public ulong Seed { get; init; }

    /// <summary>How many rows are written at the same time.</summary>
    public int BatchSize { get; init; } = 64;

    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    internal GenerationOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        if (!(Temperature >= 0 && double.IsFinite(Temperature)))
            throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "Temperature is a number of at least 0.");
        if (!(TopP > 0 && TopP <= 1))
            throw new ArgumentOutOfRangeException(nameof(TopP), TopP, "TopP is greater than 0 and at most 1.");
        return this;
    }
}
