using System.Text.Json;
using Plumbline.Models.Json;

namespace Plumbline.Models;

/// <summary><c>adapter_config.json</c> of a low-rank adapter.</summary>
/// <param name="Rank">Rank of the change (<c>r</c>).</param>
/// <param name="Alpha">What it is scaled by, before it is divided by the rank (<c>lora_alpha</c>).</param>
/// <param name="RankStabilised">Whether it is divided by the root of the rank instead (<c>use_rslora</c>).</param>
/// <param name="WeightDecomposed">Whether the lengths of rows are learnt apart (<c>use_dora</c>).</param>
/// <param name="BaseModel">What it was made for, in words (<c>base_model_name_or_path</c>), or null.</param>
public sealed record LowRankAdapterConfig(int Rank, double Alpha, bool RankStabilised, bool WeightDecomposed, string? BaseModel)
{
    /// <summary>Name of the file in an adapter folder.</summary>
    public const string Name = "adapter_config.json";

    // What is only for making adapters, or says where they came from. Which modules are changed is seen from the weights.
    private static readonly HashSet<string> WithoutEffect = ["target_modules", "exclude_modules", "lora_dropout", "task_type", "inference_mode", "revision", "peft_version", "auto_mapping", "megatron_core",
        "fan_in_fan_out", "ensure_weight_tying", "qalora_group_size"];

    /// <summary>What the product B·A is multiplied by.</summary>
    public double Scale => Alpha / (RankStabilised ? Math.Sqrt(Rank) : Rank);

    /// <summary>Reads the configuration.</summary>
    /// <param name="file">Path of <c>adapter_config.json</c>.</param>
    /// <exception cref="InputException">The file is missing, malformed, or asks for what is not supported.</exception>
    public static LowRankAdapterConfig Load(string file)
    {
        var json = new JsonKeys(JsonPlace.Open(file, 1 << 20));
        var kind = json["peft_type"];
        if (kind.Text() != "LORA")
            throw kind.Wrong($"adapters of type '{kind.Text()}' are not supported.", "Supported is LORA, with rsLoRA and DoRA.");
        if (json.Find("bias") is { } bias && bias.Text() != "none")
            throw bias.Wrong($"biases that were trained ('{bias.Text()}') are not supported.", "Only 'none' is.");
        if (json.Find("init_lora_weights") is { Kind: JsonValueKind.String } start && start.Text() != "gaussian")
            throw start.Wrong($"an adapter that began as '{start.Text()}' belongs to changed base weights.", "Convert it to a plain LoRA adapter first.");
        var config = new LowRankAdapterConfig(json["r"].Whole(1, 1 << 16), json["lora_alpha"].Positive(), json.Flag("use_rslora") ?? false, json.Flag("use_dora") ?? false, json.Find("base_model_name_or_path")?.Text());
        json.RefuseRest(key => WithoutEffect.Contains(key), "Use a plain LoRA adapter.", plain: IsEmpty);
        return config;
    }

    /// <summary>Whether a value says that nothing unusual happens: false, an empty list or object.</summary>
    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
