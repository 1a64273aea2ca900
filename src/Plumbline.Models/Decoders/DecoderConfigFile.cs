using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Json;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary><c>config.json</c> in the layout of Hugging Face, for <c>LlamaForCausalLM</c>.</summary>
/// <remarks>A key that would change the computation and that is not known here is refused by name, not ignored.</remarks>
public static class DecoderConfigFile
{
    /// <summary>Name of the file in a model folder.</summary>
    public const string Name = "config.json";

    private const int Most = 1 << 24;
    private const long MaximumBytes = 1 << 20;

    private static readonly HashSet<string> Read = ["vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
        "num_key_value_heads", "max_position_embeddings", "rms_norm_eps", "rope_theta", "rope_parameters", "tie_word_embeddings", "bos_token_id", "eos_token_id",
        "pad_token_id", "head_dim", "architectures", "model_type"];

    private static readonly HashSet<string> WithoutEffect = ["_name_or_path", "transformers_version", "torch_dtype", "dtype", "use_cache", "initializer_range"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads the configuration.</summary>
    /// <param name="file">Path of <c>config.json</c>.</param>
    /// <exception cref="InputException">The file is missing, malformed, or describes another architecture.</exception>
    public static DecoderConfig Load(string file)
    {
        var json = JsonPlace.Open(file, MaximumBytes);
        RefuseOtherArchitectures(json);
        var heads = json["num_attention_heads"].Whole(1, Most);
        var config = new DecoderConfig
        {
            VocabularySize = json["vocab_size"].Whole(1, Most),
            Width = json["hidden_size"].Whole(1, Most),
            FeedForwardWidth = json["intermediate_size"].Whole(1, Most),
            Layers = json["num_hidden_layers"].Whole(1, 4096),
            Heads = heads,
            KeyValueHeads = json.Find("num_key_value_heads")?.Whole(1, Most) ?? heads,
            MaximumPositions = json["max_position_embeddings"].Whole(1, Most),
            NormEpsilon = json["rms_norm_eps"].Positive(),
            RopeTheta = (json.Find("rope_parameters")?.Find("rope_theta") ?? json.Find("rope_theta"))?.Positive() ?? 10_000,
            TiedEmbeddings = json.Find("tie_word_embeddings")?.Flag() ?? false,
            BeginId = Id(json, "bos_token_id"),
            EndId = Id(json, "eos_token_id"),
            PadId = Id(json, "pad_token_id"),
        }.Checked(file);
        if (json.Find("head_dim") is { } width && width.Whole(1, Most) != config.HeadWidth)
            throw width.Wrong($"heads are {width.Value} wide, but hidden_size / num_attention_heads is {config.HeadWidth}.", "Models with heads of another width are not supported.");
        return config;
    }

    /// <summary>Writes the configuration.</summary>
    /// <param name="config">What to write.</param>
    /// <param name="file">Path of <c>config.json</c>; replaced in one step.</param>
    /// <param name="type">Type of the weights beside it.</param>
    public static void Save(DecoderConfig config, string file, ScalarType type = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(config);
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["model_type"] = "llama",
            ["vocab_size"] = config.VocabularySize,
            ["hidden_size"] = config.Width,
            ["intermediate_size"] = config.FeedForwardWidth,
            ["num_hidden_layers"] = config.Layers,
            ["num_attention_heads"] = config.Heads,
            ["num_key_value_heads"] = config.KeyValueHeads,
            ["max_position_embeddings"] = config.MaximumPositions,
            ["rms_norm_eps"] = config.NormEpsilon,
            ["rope_theta"] = config.RopeTheta,
            ["hidden_act"] = "silu",
            ["attention_bias"] = false,
            ["mlp_bias"] = false,
            ["tie_word_embeddings"] = config.TiedEmbeddings,
            ["bos_token_id"] = config.BeginId,
            ["eos_token_id"] = config.EndId,
            ["pad_token_id"] = config.PadId,
            ["torch_dtype"] = type.ToString().ToLowerInvariant(),
        };
        AtomicFile.Write(file, json.ToJsonString(Indented) + "\n");
    }

    private static int? Id(JsonPlace json, string key) => json.Find(key)?.Whole(0, Most);

    private static void RefuseOtherArchitectures(JsonPlace json)
    {
        if (json["model_type"] is var type && type.Text() != "llama")
            throw type.Wrong($"model type '{type.Text()}' is not supported.", "Only 'llama' is.");
        if (json.Find("architectures") is { } architectures && !architectures.Elements().Any(name => name.Text() == "LlamaForCausalLM"))
            throw architectures.Wrong("this is no causal language model.", "Only 'LlamaForCausalLM' is supported.");
        foreach (var (key, value) in json.Members())
        {
            if (!Read.Contains(key) && !WithoutEffect.Contains(key) && !IsPlain(key, value))
                throw value.Wrong($"'{key}' would change the computation in a way that is not supported.", "Use a plain Llama checkpoint.");
        }
        if (json.Find("rope_parameters")?.Find("rope_type") is { } rope && rope.Text() != "default")
            throw rope.Wrong($"rotary embeddings of type '{rope.Text()}' are not supported.", "Use a checkpoint with plain rotary embeddings.");
    }

    /// <summary>Whether the key says, in its own words, that nothing unusual happens.</summary>
    private static bool IsPlain(string key, JsonPlace value) => key switch
    {
        _ when value.Kind is JsonValueKind.Null => true,
        "hidden_act" => value.Text() == "silu",
        "attention_bias" or "mlp_bias" => !value.Flag(),
        "attention_dropout" => value.Value is { ValueKind: JsonValueKind.Number } number && number.GetDouble() == 0,
        "pretraining_tp" => value.Whole(1, Most) == 1,
        _ => false,
    };
}
