using System.Text.Json.Nodes;
using Plumbline.Models.Json;

namespace Plumbline.Models;

/// <summary>How <c>config.json</c> says that wavelengths are stretched: <c>rope_scaling</c>, or <c>rope_parameters</c> in newer files.</summary>
internal static class RotaryScalingFile
{
    private const int Most = 1 << 24;

    /// <param name="json">The object.</param>
    /// <param name="positions"><c>max_position_embeddings</c></param>
    /// <param name="original"><c>original_max_position_embeddings</c> where it stands outside of the object, or null.</param>
    /// <exception cref="InputException">The kind is not known, or a number of it is missing.</exception>
    public static RotaryScaling? Read(JsonKeys json, int positions, int? original)
    {
        json.Find("rope_theta");
        json.Find("partial_rotary_factor");
        var kind = json.Find("rope_type") ?? json.Find("type");
        json.Find("type");
        var known = json.Whole("original_max_position_embeddings", 1, Most) ?? original;
        RotaryScaling? scaling = kind?.Text() switch
        {
            null or "default" => null,
            "linear" => new LinearScaling(json["factor"].Positive()),
            "dynamic" => new DynamicScaling(json["factor"].Positive()),
            "llama3" => new Llama3Scaling(json["factor"].Positive(), json["low_freq_factor"].Positive(), json["high_freq_factor"].Positive(), known ?? positions),
            "yarn" => ReadYarn(json, known ?? positions),
            "longrope" or "su" => ReadLong(json, positions, known ?? positions),
            _ => throw kind.Value.Wrong($"rotary embeddings of type '{kind.Value.Text()}' are not supported.", "Supported are default, linear, dynamic, llama3, yarn and longrope."),
        };
        json.RefuseRest(_ => false, "Use a checkpoint whose rotary embeddings are described by fewer numbers.");
        return scaling;
    }

    public static JsonObject? Write(RotaryScaling? scaling) => scaling switch
    {
        null => null,
        LinearScaling linear => new() { ["rope_type"] = "linear", ["factor"] = linear.Factor },
        DynamicScaling dynamic => new() { ["rope_type"] = "dynamic", ["factor"] = dynamic.Factor },
        Llama3Scaling llama => new()
        {
            ["rope_type"] = "llama3",
            ["factor"] = llama.Factor,
            ["low_freq_factor"] = llama.LowFrequencyFactor,
            ["high_freq_factor"] = llama.HighFrequencyFactor,
            ["original_max_position_embeddings"] = llama.OriginalPositions,
        },
        YarnScaling yarn => new()
        {
            ["rope_type"] = "yarn",
            ["factor"] = yarn.Factor,
            ["original_max_position_embeddings"] = yarn.OriginalPositions,
            ["attention_factor"] = yarn.AttentionFactor,
            ["beta_fast"] = yarn.BetaFast,
            ["beta_slow"] = yarn.BetaSlow,
            ["truncate"] = yarn.Truncate,
        },
        LongScaling longer => new()
        {
            ["rope_type"] = "longrope",
            ["short_factor"] = new JsonArray([.. longer.ShortFactors.Select(number => (JsonNode)number)]),
            ["long_factor"] = new JsonArray([.. longer.LongFactors.Select(number => (JsonNode)number)]),
            ["original_max_position_embeddings"] = longer.OriginalPositions,
            ["attention_factor"] = longer.AttentionFactor,
        },
        _ => throw new ArgumentException($"{scaling.GetType().Name} has no form in config.json.", nameof(scaling)),
    };

    private static YarnScaling ReadYarn(JsonKeys json, int original)
    {
        var factor = json["factor"].Positive();
        var (weight, whole) = (json.Positive("mscale"), json.Positive("mscale_all_dim"));
        var usual = weight is { } one && whole is { } all ? YarnScaling.Sharpening(factor, one) / YarnScaling.Sharpening(factor, all) : YarnScaling.Sharpening(factor);
        return new(factor, original, json.Positive("attention_factor") ?? usual, json.Positive("beta_fast") ?? 32, json.Positive("beta_slow") ?? 1, json.Flag("truncate") ?? true);
    }

    private static LongScaling ReadLong(JsonKeys json, int positions, int original)
    {
        var factor = json.Positive("factor") ?? positions / (double)original;
        var usual = factor <= 1 ? 1 : Math.Sqrt(1 + Math.Log(factor) / Math.Log(original));
        return new([.. json["short_factor"].Elements().Select(number => number.Positive())], [.. json["long_factor"].Elements().Select(number => number.Positive())],
            original, json.Positive("attention_factor") ?? usual);
    }
}
