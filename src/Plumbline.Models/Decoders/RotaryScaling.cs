using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>A way to stretch the wavelengths of rotary positions, so that a model reads longer texts than it was first trained on.</summary>
public abstract record RotaryScaling
{
    /// <summary>What queries and keys are multiplied by, each.</summary>
    internal virtual double Magnitude(DecoderConfig config) => 1;

    /// <summary>Turns per position.</summary>
    /// <param name="plain">Frequencies before stretching, [rotary width / 2], float64, falling.</param>
    /// <param name="positions">Positions that are read, int64.</param>
    /// <param name="config">The decoder.</param>
    /// <returns>[rotary width / 2], float64.</returns>
    internal abstract Tensor Stretch(Tensor plain, Tensor positions, DecoderConfig config);

    /// <exception cref="InputException">A number is outside of its range.</exception>
    internal virtual void Check(DecoderConfig config, string place)
    {
    }

    /// <summary>How much longer the longest position read is than the positions of a model, at least 1; a scalar tensor, so that nothing waits for it.</summary>
    private protected static Tensor Longest(Tensor positions, int known) => positions.max().Plus(1).AtLeast(known).to(ScalarType.Float64);
}

/// <summary>All frequencies divided by a factor (Chen et al. 2023).</summary>
/// <param name="Factor">How many times longer texts get.</param>
public sealed record LinearScaling(double Factor) : RotaryScaling
{
    internal override Tensor Stretch(Tensor plain, Tensor positions, DecoderConfig config) => plain.Over(Factor);
}

/// <summary>The base grows with the longest position, once it is beyond what the model knows (NTK-aware, dynamic).</summary>
/// <param name="Factor">How many times longer texts get.</param>
/// <remarks>base · (factor · length / known − (factor − 1))^(d / (d − 2)), so frequency i is multiplied by that to the power −2i/d.</remarks>
public sealed record DynamicScaling(double Factor) : RotaryScaling
{
    internal override Tensor Stretch(Tensor plain, Tensor positions, DecoderConfig config)
    {
        double width = config.RotaryWidth;
        var grown = Longest(positions, config.MaximumPositions).Times(Factor / config.MaximumPositions).Minus(Factor - 1); // scalar
        var exponents = TensorArithmetic.CountUpTo(config.RotaryWidth / 2, plain.device).to(ScalarType.Float64).Times(-2 / (width - 2));
        return plain * grown.pow(exponents);
    }

    internal override void Check(DecoderConfig config, string place)
    {
        if (config.RotaryWidth <= 2)
            throw new InputException(place, $"dynamic scaling of {config.RotaryWidth} numbers of a head is not defined.", "Heads are wider than 2.");
    }
}

/// <summary>Long waves are stretched, short ones not, those between by degrees (Llama 3.1).</summary>
/// <param name="Factor">How many times longer texts get.</param>
/// <param name="LowFrequencyFactor">Waves longer than the known length divided by this are stretched wholly.</param>
/// <param name="HighFrequencyFactor">Waves shorter than the known length divided by this stay.</param>
/// <param name="OriginalPositions">The known length, in tokens.</param>
public sealed record Llama3Scaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalPositions) : RotaryScaling
{
    internal override Tensor Stretch(Tensor plain, Tensor positions, DecoderConfig config)
    {
        // How many waves fit into the known length, from all of them too few (0) to enough (1).
        var kept = plain.Times(OriginalPositions / (2 * Math.PI)).Minus(LowFrequencyFactor).Over(HighFrequencyFactor - LowFrequencyFactor).Within(0, 1);
        return plain * kept.Times(1 - 1 / Factor).Plus(1 / Factor);
    }

    internal override void Check(DecoderConfig config, string place)
    {
        if (HighFrequencyFactor <= LowFrequencyFactor)
            throw new InputException(place, $"high_freq_factor {HighFrequencyFactor} is not above low_freq_factor {LowFrequencyFactor}.", "Take the file from where it came from again.");
    }
}

/// <summary>YaRN: dimensions that turn often stay, those that turn seldom are stretched, and attention is sharpened (Peng et al. 2023).</summary>
/// <param name="Factor">How many times longer texts get.</param>
/// <param name="OriginalPositions">The known length, in tokens.</param>
/// <param name="AttentionFactor">What queries and keys are multiplied by.</param>
/// <param name="BetaFast">Dimensions that turn more often than this within the known length stay.</param>
/// <param name="BetaSlow">Those that turn less often than this are stretched wholly.</param>
/// <param name="Truncate">Whether the borders between them are rounded outwards to whole dimensions.</param>
public sealed record YarnScaling(double Factor, int OriginalPositions, double AttentionFactor, double BetaFast = 32, double BetaSlow = 1, bool Truncate = true) : RotaryScaling
{
    /// <summary>The factor of the paper: 0.1 · weight · ln(factor) + 1.</summary>
    public static double Sharpening(double factor, double weight = 1) => factor <= 1 ? 1 : 0.1 * weight * Math.Log(factor) + 1;

    internal override double Magnitude(DecoderConfig config) => AttentionFactor;

    internal override Tensor Stretch(Tensor plain, Tensor positions, DecoderConfig config)
    {
        var (low, high) = (Border(BetaFast), Border(BetaSlow));
        if (Truncate)
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, config.RotaryWidth - 1));
        if (low == high)
            high += 0.001;
        var dimensions = TensorArithmetic.CountUpTo(config.RotaryWidth / 2, plain.device).to(ScalarType.Float64);
        var stretched = dimensions.Minus(low).Over(high - low).Within(0, 1);
        return plain * stretched.Times(1 / Factor - 1).Plus(1);

        double Border(double turns) => config.RotaryWidth * Math.Log(OriginalPositions / (turns * 2 * Math.PI)) / (2 * Math.Log(config.RopeTheta));
    }
}

/// <summary>LongRoPE: every frequency divided by a number of its own, others for long texts than for short (Ding et al. 2024; Phi-3 with 128k tokens).</summary>
/// <param name="ShortFactors">For texts up to the known length.</param>
/// <param name="LongFactors">For longer texts.</param>
/// <param name="OriginalPositions">The known length, in tokens.</param>
/// <param name="AttentionFactor">What queries and keys are multiplied by.</param>
public sealed record LongScaling(EquatableArray<double> ShortFactors, EquatableArray<double> LongFactors, int OriginalPositions, double AttentionFactor) : RotaryScaling
{
    internal override double Magnitude(DecoderConfig config) => AttentionFactor;

    internal override Tensor Stretch(Tensor plain, Tensor positions, DecoderConfig config) =>
        plain / where(Longest(positions, OriginalPositions).GreaterThan(OriginalPositions), tensor([.. LongFactors], device: plain.device), tensor([.. ShortFactors], device: plain.device));

    internal override void Check(DecoderConfig config, string place)
    {
        foreach (var (name, count) in ((string, int)[])[("short_factor", ShortFactors.Count), ("long_factor", LongFactors.Count)])
        {
            if (count != config.RotaryWidth / 2)
                throw new InputException(place, $"{name} has {count} numbers.", $"It has one for each pair of numbers of a head that is turned: {config.RotaryWidth / 2}.");
        }
    }
}
