using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Json;

namespace Plumbline.Models;

/// <summary><c>adapter_config.json</c> of a low-rank adapter.</summary>
/// <param name="Rank">Rank of the change, or of each expert (<c>r</c>).</param>
/// <param name="Alpha">What it is scaled by, before it is divided by the rank (<c>lora_alpha</c>).</param>
/// <param name="RankStabilised">Whether it is divided by the root of the rank instead (<c>use_rslora</c>).</param>
/// <param name="WeightDecomposed">Whether the lengths of rows are learnt apart (<c>use_dora</c>).</param>
/// <param name="BaseModel">What it was made for, in words (<c>base_model_name_or_path</c>), or null.</param>
public sealed record LowRankAdapterConfig(int Rank, double Alpha, bool RankStabilised = false, bool WeightDecomposed = false, string? BaseModel = null)
{
    /// <summary>Name of the file in an adapter folder.</summary>
    public const string Name = Adapter.ConfigName;

    /// <summary>As a target: every matrix of the layers.</summary>
    public const string AllLinear = "all-linear";

    internal const string Kind = "LORA", StepKind = "STEP_LORA";

    private const int MostTargets = 1 << 16, MostRanks = 1 << 16, MostSteps = 64, MostIds = 1 << 24;

    // What is only for making adapters, or says where they came from. Which modules are changed is seen from the weights.
    private static readonly HashSet<string> WithoutEffect = ["exclude_modules", "task_type", "inference_mode", "revision", "peft_version", "auto_mapping", "megatron_core", "ensure_weight_tying", "qalora_group_size"];

    /// <summary>Share of the inputs of A that is left out while training, from 0 to below 1 (<c>lora_dropout</c>).</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// The modules that are changed (<c>target_modules</c>), by the names of the checkpoint or by their ends, for example <c>q_proj</c>;
    /// or <see cref="AllLinear"/>. Empty in a file that says it with a pattern.
    /// </summary>
    public EquatableArray<string> TargetModules { get; init; } = [AllLinear];

    /// <summary>
    /// Tokens that open the steps of an answer (<c>step_tokens</c>), 1 to 64 of them: from one on, tokens use the expert of that step besides the one that all share (032).
    /// Empty: the shared one is all there is, an ordinary adapter.
    /// </summary>
    public EquatableArray<int> StepTokens { get; init; } = [];

    /// <summary>The rank of all experts together: that of the shared one, and as much for each step.</summary>
    public int TotalRank => Rank * (1 + StepTokens.Count);

    /// <summary>What the product B·A is multiplied by.</summary>
    public double Scale => Alpha / (RankStabilised ? Math.Sqrt(Rank) : Rank);

    /// <summary>Whether the matrices of the checkpoint stand on their side (<c>fan_in_fan_out</c>), as GPT-2's do.</summary>
    internal bool OnTheirSide { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <param name="file">Path of <c>adapter_config.json</c>.</param>
    /// <exception cref="InputException">The file is missing, malformed, or asks for what is not supported.</exception>
    public static LowRankAdapterConfig Load(string file)
    {
        var json = new JsonKeys(JsonPlace.Open(file, Adapter.MaximumConfigBytes));
        var kind = json["peft_type"];
        if (kind.Text() is not (Kind or StepKind))
            throw kind.Wrong($"adapters of type '{kind.Text()}' are not supported here.", $"Expected is {Kind}, with rsLoRA and DoRA, or {StepKind}.");
        if (json.Find("bias") is { } bias && bias.Text() != "none")
            throw bias.Wrong($"biases that were trained ('{bias.Text()}') are not supported.", "Only 'none' is.");
        if (json.Find("init_lora_weights") is { Kind: JsonValueKind.String } start && start.Text() != "gaussian")
            throw start.Wrong($"an adapter that began as '{start.Text()}' belongs to changed base weights.", "Convert it to a plain LoRA adapter first.");
        var config = new LowRankAdapterConfig(json["r"].Whole(1, 1 << 16), json["lora_alpha"].Positive(), json.Flag("use_rslora") ?? false, json.Flag("use_dora") ?? false, json.Find("base_model_name_or_path")?.Text())
        {
            Dropout = json.Find("lora_dropout") is { } dropout ? ReadShare(dropout) : 0,
            TargetModules = json.Find("target_modules") is { } targets ? ReadTargets(targets) : [],
            OnTheirSide = json.Flag("fan_in_fan_out") ?? false,
            StepTokens = kind.Text() == StepKind ? ReadSteps(json["step_tokens"]) : [],
        };
        if (config.StepTokens.Count > 0 && config.WeightDecomposed)
            throw json["use_dora"].Wrong("experts for steps cannot be decomposed.", "Each row has one length, but another change in every step.");
        if ((long)config.Rank * (1 + config.StepTokens.Count) > MostRanks)
            throw json["r"].Wrong($"the experts have more than {MostRanks} ranks together.", "Take the adapter from where it came from again.");
        json.RefuseRest(key => WithoutEffect.Contains(key), "Use a plain LoRA adapter.", plain: IsEmpty);
        return config;
    }

    /// <summary>Checks what an adapter is made with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    internal LowRankAdapterConfig Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rank, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Rank, 1 << 16);
        if (!(Alpha > 0 && double.IsFinite(Alpha)))
            throw new ArgumentOutOfRangeException(nameof(Alpha), Alpha, "Alpha is a number above 0.");
        if (!(Dropout is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Dropout), Dropout, "Dropout is at least 0 and less than 1.");
        if (StepTokens.Count > MostSteps || StepTokens.Distinct().Count() != StepTokens.Count || StepTokens.Any(id => id < 0) || (long)Rank * (1 + StepTokens.Count) > MostRanks)
            throw new ArgumentException($"Steps are opened by tokens, each another one; there are at most {MostSteps}, and {MostRanks} ranks in all.");
        if (StepTokens.Count > 0 && WeightDecomposed)
            throw new ArgumentException("Experts for steps cannot be decomposed: each row has one length, but another change in every step.");
        return this;
    }

    /// <summary>What <see cref="Load"/> reads, with the modules by name.</summary>
    internal JsonObject Write(IEnumerable<string> modules)
    {
        var json = WriteShared(modules);
        if (StepTokens.Count > 0) // another type: PEFT would use every expert for every token
            (json["peft_type"], json["step_tokens"]) = (StepKind, new JsonArray([.. StepTokens.Select(id => (JsonNode)id)]));
        return json;
    }

    private JsonObject WriteShared(IEnumerable<string> modules) => new()
    {
        ["peft_type"] = Kind,
        ["task_type"] = "CAUSAL_LM",
        ["base_model_name_or_path"] = BaseModel,
        ["r"] = Rank,
        ["lora_alpha"] = Alpha == Math.Round(Alpha) && Alpha < 1 << 24 ? JsonValue.Create((int)Alpha) : JsonValue.Create(Alpha), // as PEFT writes it
        ["lora_dropout"] = Dropout,
        ["use_rslora"] = RankStabilised,
        ["use_dora"] = WeightDecomposed,
        ["target_modules"] = new JsonArray([.. modules.Select(module => (JsonNode)module)]),
        ["bias"] = "none",
        ["fan_in_fan_out"] = OnTheirSide,
        ["init_lora_weights"] = true,
        ["inference_mode"] = true,
        ["modules_to_save"] = null,
        ["rank_pattern"] = new JsonObject(),
        ["alpha_pattern"] = new JsonObject(),
    };

    private static double ReadShare(JsonPlace json) => json.Kind == JsonValueKind.Number && json.Value.TryGetDouble(out var share) && share is >= 0 and < 1
        ? share
        : throw json.Unexpected("a number from 0 to below 1");

    private static EquatableArray<string> ReadTargets(JsonPlace json)
    {
        if (json.Kind == JsonValueKind.String)
            return json.Text() == AllLinear ? [AllLinear] : [];
        if (json.Value.ValueKind == JsonValueKind.Array && json.Value.GetArrayLength() > MostTargets)
            throw json.Wrong($"it names more than {MostTargets} modules.", "Name them by their ends, for example q_proj.");
        return [.. json.Elements().Select(target => target.Text())];
    }

    private static EquatableArray<int> ReadSteps(JsonPlace json)
    {
        int[] ids = [.. json.Elements().Take(MostSteps + 1).Select(id => id.Whole(0, MostIds))];
        return ids.Length is > 0 and <= MostSteps && ids.Distinct().Count() == ids.Length ? [.. ids]
            : throw json.Wrong("steps are opened by no token, by too many, or by the same one.", $"There are 1 to {MostSteps} tokens, each another one.");
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
