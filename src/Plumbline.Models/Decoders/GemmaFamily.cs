using System.Text.Json.Nodes;
using Plumbline.Models.Json;

namespace Plumbline.Models;

/// <summary>Gemma 2 and the text model of Gemma 3.</summary>
internal sealed record GemmaFamily(DecoderArchitecture Architecture, string ModelType, string ClassName) : DecoderFamily(Architecture, ModelType, ClassName)
{
    private const double LocalTheta = 10_000;

    private bool IsThird => Architecture == DecoderArchitecture.Gemma3;

    public override DecoderConfig Read(JsonKeys json)
    {
        var common = ReadCommon(json);
        var (theta, local, scaling) = ReadRotary(json, common.MaximumPositions);
        var bias = json.Flag("attention_bias") ?? false;
        var activation = json.Find("hidden_activation");
        json.Find("hidden_act"); // of old files; hidden_activation decides
        var pattern = IsThird ? json.Whole("sliding_window_pattern", 1, Most) ?? json.Whole("_sliding_window_pattern", 1, Most) ?? 6 : 2;
        json.Find("_sliding_window_pattern");
        return common with
        {
            Norm = NormKind.RootMeanSquarePlusOne,
            SandwichNorms = true,
            QueryKeyNorm = IsThird,
            QueryKeyValueBias = bias,
            AttentionOutputBias = bias,
            Activation = activation is { } word ? ReadActivation(word) : Activation.GeluTanh,
            EmbeddingScale = Math.Sqrt(common.Width),
            AttentionScale = Math.Pow(json["query_pre_attn_scalar"].Positive(), -0.5),
            AttentionSoftCap = json.Positive("attn_logit_softcapping"),
            LogitSoftCap = json.Positive("final_logit_softcapping"),
            SlidingWindow = json.Whole("sliding_window", 1, Most),
            SlidingLayers = ReadLayerTypes(json) ?? [.. Enumerable.Range(0, common.Layers).Select(layer => (layer + 1) % pattern != 0)],
            RopeTheta = theta,
            LocalRopeTheta = local,
            RopeScaling = scaling,
            TiedEmbeddings = json.Flag("tie_word_embeddings") ?? true,
        };
    }

    public override void Write(DecoderConfig config, JsonObject json)
    {
        WriteCommon(config, json);
        json["hidden_activation"] = Word(config.Activation);
        json["attention_bias"] = config.AttentionOutputBias;
        json["query_pre_attn_scalar"] = Math.Round(Math.Pow(config.AttentionScale ?? Math.Pow(config.HeadWidth, -0.5), -2), 6);
        json["attn_logit_softcapping"] = config.AttentionSoftCap;
        json["final_logit_softcapping"] = config.LogitSoftCap;
        json["sliding_window"] = config.SlidingWindow;
        json["layer_types"] = LayerTypes(config);
        if (IsThird)
            json["rope_local_base_freq"] = config.LocalRopeTheta ?? config.RopeTheta;
    }

    private (double Theta, double? Local, RotaryScaling? Scaling) ReadRotary(JsonKeys json, int positions)
    {
        var usual = IsThird ? 1_000_000 : LocalTheta;
        var (theta, older) = (json.Positive("rope_theta"), json.Object("rope_scaling"));
        var local = IsThird ? json.Positive("rope_local_base_freq") : null;
        if (json.Object("rope_parameters") is not { } newer)
            return (theta ?? usual, IsThird ? local ?? LocalTheta : null, older is null ? null : RotaryScalingFile.Read(older, positions, null));
        if (newer.Object("full_attention") is not { } full)
            return (newer.Positive("rope_theta") ?? theta ?? usual, IsThird ? local ?? LocalTheta : null, RotaryScalingFile.Read(newer, positions, null));
        var sliding = newer.Object("sliding_attention");
        newer.RefuseRest(_ => false, "Supported are full_attention and sliding_attention.");
        if (sliding is not null && RotaryScalingFile.Read(sliding, positions, null) is not null)
            throw json["rope_parameters"]["sliding_attention"].Wrong("layers that slide are stretched.", "Only rope_type default is supported there.");
        return (full.Positive("rope_theta") ?? usual, sliding?.Positive("rope_theta") ?? LocalTheta, RotaryScalingFile.Read(full, positions, null));
    }
}
