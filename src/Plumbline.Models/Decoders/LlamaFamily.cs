using System.Text.Json.Nodes;
using Plumbline.Models.Json;

namespace Plumbline.Models;

/// <summary>Llama and those that differ from it in biases, norms of heads, sliding windows, or the packing of their matrices: Mistral, Qwen2, Qwen3, Phi-3.</summary>
internal sealed record LlamaFamily(DecoderArchitecture Architecture, string ModelType, string ClassName) : DecoderFamily(Architecture, ModelType, ClassName)
{
    private bool IsQwen => Architecture is DecoderArchitecture.Qwen2 or DecoderArchitecture.Qwen3;

    public override DecoderConfig Read(JsonKeys json)
    {
        var common = ReadCommon(json);
        var newer = json.Object("rope_parameters");
        var older = json.Object("rope_scaling");
        var original = Architecture == DecoderArchitecture.Phi3 ? json.Whole("original_max_position_embeddings", 1, Most) : null;
        var bias = Architecture is DecoderArchitecture.Llama or DecoderArchitecture.Qwen3 && (json.Flag("attention_bias") ?? false);
        return Windowed(json, common with
        {
            RopeTheta = newer?.Positive("rope_theta") ?? json.Positive("rope_theta") ?? 10_000,
            RopeScaling = (newer ?? older) is { } scaling ? RotaryScalingFile.Read(scaling, common.MaximumPositions, original) : null,
            RotaryShare = newer?.Positive("partial_rotary_factor") ?? (Architecture == DecoderArchitecture.Phi3 ? json.Positive("partial_rotary_factor") : null) ?? 1,
            Activation = json.Find("hidden_act") is { } activation ? ReadActivation(activation) : Activation.Silu,
            QueryKeyValueBias = bias || Architecture == DecoderArchitecture.Qwen2,
            AttentionOutputBias = bias,
            FeedForwardBias = Architecture == DecoderArchitecture.Llama && (json.Flag("mlp_bias") ?? false),
            QueryKeyNorm = Architecture == DecoderArchitecture.Qwen3,
            TiedEmbeddings = json.Flag("tie_word_embeddings") ?? false,
        });
    }

    public override void Write(DecoderConfig config, JsonObject json)
    {
        WriteCommon(config, json);
        json["hidden_act"] = Word(config.Activation);
        if (Architecture is DecoderArchitecture.Llama or DecoderArchitecture.Qwen3)
            json["attention_bias"] = config.AttentionOutputBias;
        if (Architecture == DecoderArchitecture.Llama)
            json["mlp_bias"] = config.FeedForwardBias;
        if (Architecture == DecoderArchitecture.Phi3)
        {
            json["partial_rotary_factor"] = config.RotaryShare;
            json["original_max_position_embeddings"] = (config.RopeScaling as LongScaling)?.OriginalPositions ?? config.MaximumPositions;
        }
        if (IsQwen)
        {
            json["use_sliding_window"] = config.SlidingWindow is not null;
            json["max_window_layers"] = config.Layers;
            json["layer_types"] = LayerTypes(config);
        }
        if (Architecture != DecoderArchitecture.Llama)
            json["sliding_window"] = config.SlidingWindow;
    }

    private DecoderConfig Windowed(JsonKeys json, DecoderConfig config)
    {
        if (Architecture == DecoderArchitecture.Llama)
            return config;
        var window = json.Whole("sliding_window", 1, Most);
        if (!IsQwen)
            return config with { SlidingWindow = window };
        var types = ReadLayerTypes(json);
        var first = json.Whole("max_window_layers", 0, Most) ?? 28;
        return json.Flag("use_sliding_window") != true || window is null ? config
            : config with { SlidingWindow = window, SlidingLayers = types ?? [.. Enumerable.Range(0, config.Layers).Select(layer => layer >= first)] };
    }
}
