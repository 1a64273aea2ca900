using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Json;

namespace Plumbline.Models;

/// <summary>One architecture: what it is called in <c>config.json</c>, which keys it has there, and what they mean.</summary>
/// <param name="Architecture">Which one.</param>
/// <param name="ModelType"><c>model_type</c></param>
/// <param name="ClassName">Its causal language model in <c>architectures</c>.</param>
internal abstract record DecoderFamily(DecoderArchitecture Architecture, string ModelType, string ClassName)
{
    private protected const int Most = 1 << 24;

    /// <summary>All that are supported.</summary>
    public static IReadOnlyList<DecoderFamily> All { get; } =
    [
        new LlamaFamily(DecoderArchitecture.Llama, "llama", "LlamaForCausalLM"),
        new LlamaFamily(DecoderArchitecture.Mistral, "mistral", "MistralForCausalLM"),
        new LlamaFamily(DecoderArchitecture.Qwen2, "qwen2", "Qwen2ForCausalLM"),
        new LlamaFamily(DecoderArchitecture.Qwen3, "qwen3", "Qwen3ForCausalLM"),
        new LlamaFamily(DecoderArchitecture.Phi3, "phi3", "Phi3ForCausalLM"),
        new GemmaFamily(DecoderArchitecture.Gemma2, "gemma2", "Gemma2ForCausalLM"),
        new GemmaFamily(DecoderArchitecture.Gemma3, "gemma3_text", "Gemma3ForCausalLM"),
        new Gpt2Family(),
    ];

    public static DecoderFamily Of(DecoderArchitecture architecture) => All.First(family => family.Architecture == architecture);

    /// <summary>Its model that scores a text, in <c>architectures</c>.</summary>
    public string ScoringClassName => Architecture == DecoderArchitecture.Gemma3 ? "Gemma3TextForSequenceClassification"
        : ClassName.Replace("LMHeadModel", "ForSequenceClassification", StringComparison.Ordinal).Replace("ForCausalLM", "ForSequenceClassification", StringComparison.Ordinal);

    /// <summary>What the file says, without the name of the architecture.</summary>
    public abstract DecoderConfig Read(JsonKeys json);

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public abstract void Write(DecoderConfig config, JsonObject json);

    private protected static EquatableArray<int> EndIds(JsonKeys json) => json.Find("eos_token_id") switch
    {
        null => [],
        { Kind: JsonValueKind.Array } several => [.. several.Elements().Select(id => id.Whole(0, Most))],
        { } one => [one.Whole(0, Most)],
    };

    private protected static Activation ReadActivation(JsonPlace json) => json.Text() switch
    {
        "silu" or "swish" => Activation.Silu,
        "gelu" => Activation.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" => Activation.GeluTanh,
        var other => throw json.Wrong($"the activation '{other}' is not supported.", "Supported are silu, gelu, gelu_new and gelu_pytorch_tanh."),
    };

    private protected static string Word(Activation activation) => activation switch
    {
        Activation.Silu => "silu",
        Activation.Gelu => "gelu",
        _ => "gelu_pytorch_tanh",
    };

    /// <summary><c>layer_types</c>, if the file has it.</summary>
    private protected static EquatableArray<bool>? ReadLayerTypes(JsonKeys json) => json.Find("layer_types") is not { } types ? null :
    [
        .. types.Elements().Select(type => type.Text() switch
        {
            "sliding_attention" => true,
            "full_attention" => false,
            var other => throw type.Wrong($"layers of type '{other}' are not supported.", "Supported are full_attention and sliding_attention."),
        }),
    ];

    private protected static JsonArray LayerTypes(DecoderConfig config) =>
        new([.. Enumerable.Range(0, config.Layers).Select(layer => (JsonNode)(config.Slides(layer) ? "sliding_attention" : "full_attention"))]);

    /// <summary>What Llama and all that came after it have in common.</summary>
    private protected static DecoderConfig ReadCommon(JsonKeys json)
    {
        var heads = json["num_attention_heads"].Whole(1, Most);
        return new()
        {
            VocabularySize = json["vocab_size"].Whole(1, Most),
            Width = json["hidden_size"].Whole(1, Most),
            FeedForwardWidth = json["intermediate_size"].Whole(1, Most),
            Layers = json["num_hidden_layers"].Whole(1, 4096),
            Heads = heads,
            KeyValueHeads = json.Whole("num_key_value_heads", 1, Most) ?? heads,
            HeadWidth = json.Whole("head_dim", 1, Most) ?? 0,
            MaximumPositions = json["max_position_embeddings"].Whole(1, Most),
            NormEpsilon = json["rms_norm_eps"].Positive(),
            BeginId = json.Whole("bos_token_id", 0, Most),
            EndIds = EndIds(json),
            PadId = json.Whole("pad_token_id", 0, Most),
        };
    }

    private protected static void WriteCommon(DecoderConfig config, JsonObject json)
    {
        json["vocab_size"] = config.VocabularySize;
        json["hidden_size"] = config.Width;
        json["intermediate_size"] = config.FeedForwardWidth;
        json["num_hidden_layers"] = config.Layers;
        json["num_attention_heads"] = config.Heads;
        json["num_key_value_heads"] = config.KeyValueHeads;
        if (config.HeadWidth * config.Heads != config.Width || config.Architecture is DecoderArchitecture.Qwen3 or DecoderArchitecture.Gemma2 or DecoderArchitecture.Gemma3)
            json["head_dim"] = config.HeadWidth;
        json["max_position_embeddings"] = config.MaximumPositions;
        json["rms_norm_eps"] = config.NormEpsilon;
        json["rope_theta"] = config.RopeTheta;
        if (RotaryScalingFile.Write(config.RopeScaling) is { } scaling)
            json["rope_scaling"] = scaling;
    }
}
