using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Json;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary><c>config.json</c> in the layout of Hugging Face.</summary>
/// <remarks>A key that would change the computation and that is not known here is refused by name, not ignored.</remarks>
public static class DecoderConfigFile
{
    /// <summary>Name of the file in a model folder.</summary>
    public const string Name = "config.json";

    private const long MaximumBytes = 1 << 20;

    // Dropout is for training from scratch: it changes nothing of what a trained model computes.
    private static readonly HashSet<string> WithoutEffect = ["_name_or_path", "transformers_version", "transformers.js_config", "torch_dtype", "dtype", "use_cache",
        "initializer_range", "attention_dropout", "attn_pdrop", "embd_pdrop", "resid_pdrop", "cache_implementation", "tokenizer_class", "auto_map", "is_llama_config",
        "task_specific_params", "output_past", "summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels", "summary_first_dropout", "n_ctx"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads the configuration.</summary>
    /// <param name="file">Path of <c>config.json</c>.</param>
    /// <exception cref="InputException">The file is missing, malformed, or describes an architecture that is not supported.</exception>
    public static DecoderConfig Load(string file) => Load(file, scores: false);

    /// <summary>Reads the configuration of a language model, or of a model that scores a text with one number.</summary>
    internal static DecoderConfig Load(string file, bool scores)
    {
        var json = new JsonKeys(JsonPlace.Open(file, MaximumBytes));
        var type = json["model_type"];
        var family = DecoderFamily.All.FirstOrDefault(family => family.ModelType == type.Text())
            ?? throw type.Wrong($"model type '{type.Text()}' is not supported.", $"Supported are {string.Join(", ", DecoderFamily.All.Select(family => family.ModelType))}.");
        var className = scores ? family.ScoringClassName : family.ClassName;
        if (json.Find("architectures") is { } architectures && !architectures.Elements().Any(name => name.Text() == className))
            throw architectures.Wrong(scores ? "this is no reward model." : "this is no causal language model.", $"Of this model type only '{className}' is supported.");
        if (scores)
            RefuseSeveralLabels(json);
        foreach (var (key, plain) in ((string, bool)[])[("use_bidirectional_attention", false), ("rope_interleaved", false), ("reorder_and_upcast_attn", false),
            ("scale_attn_by_inverse_layer_idx", false), ("add_cross_attention", false), ("scale_attn_weights", true)])
        {
            if (json.Flag(key) == !plain)
                throw json[key].Wrong($"'{key}' would change the computation in a way that is not supported.", $"Only {(plain ? "true" : "false")} is.");
        }
        if (json.Whole("pretraining_tp", 1, int.MaxValue) > 1)
            throw json["pretraining_tp"].Wrong("'pretraining_tp' would change the computation in a way that is not supported.", "Only 1 is.");
        var config = family.Read(json) with { Architecture = family.Architecture, Scores = scores };
        json.RefuseRest(WithoutEffect.Contains, $"Use a plain checkpoint of the model type '{family.ModelType}'.");
        return config.Checked(file);
    }

    /// <summary>Writes the configuration.</summary>
    /// <param name="config">What to write.</param>
    /// <param name="file">Path of <c>config.json</c>; replaced in one step.</param>
    /// <param name="type">Type of the weights beside it.</param>
    public static void Save(DecoderConfig config, string file, ScalarType type = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(config);
        var family = DecoderFamily.Of(config.Architecture);
        var json = new JsonObject { ["architectures"] = new JsonArray(config.Scores ? family.ScoringClassName : family.ClassName), ["model_type"] = family.ModelType };
        family.Write(config, json);
        json["tie_word_embeddings"] = config.TiedEmbeddings;
        json["bos_token_id"] = config.BeginId;
        json["eos_token_id"] = config.EndIds switch { [] => null, [var only] => only, var several => new JsonArray([.. several.Select(id => (JsonNode)id)]) };
        json["pad_token_id"] = config.PadId;
        json["torch_dtype"] = type.ToString().ToLowerInvariant();
        if (config.Scores)
        {
            json["id2label"] = new JsonObject { ["0"] = "LABEL_0" }; // how Hugging Face says that there is one number
            json["label2id"] = new JsonObject { ["LABEL_0"] = 0 };
        }
        AtomicFile.Write(file, json.ToJsonString(Indented) + "\n");
    }

    private static void RefuseSeveralLabels(JsonKeys json)
    {
        var labels = json.Find("num_labels")?.Whole(1, int.MaxValue) ?? json.Find("id2label")?.Members().Count() ?? 2; // two where nothing is said
        _ = (json.Find("id2label"), json.Find("label2id"), json.Find("problem_type"));
        if (labels != 1)
            throw json["model_type"].Wrong($"the model gives {labels} numbers to a text.", "A reward model gives one (num_labels 1).");
    }
}
