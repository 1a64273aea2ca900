using System.Text.Json.Nodes;
using Plumbline.Models.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Prompt tuning: virtual tokens before every text, whose embeddings are trained and stand for no word (Lester et al. 2021); PEFT's <c>PROMPT_TUNING</c>.</summary>
/// <remarks>Every text, also each of those packed into one row, sees the virtual tokens and begins after them. They are read once for a whole batch: all texts share their keys and values.</remarks>
public sealed class SoftPrompt : Adapter
{
    internal const string Kind = "PROMPT_TUNING";

    private const string WeightName = "prompt_embeddings";
    private const int Most = 1 << 16;

    // What says where the prompt came from, or follows from the decoder.
    private static readonly HashSet<string> WithoutEffect = ["task_type", "inference_mode", "revision", "peft_version", "auto_mapping", "prompt_tuning_init", "prompt_tuning_init_text", "tokenizer_name_or_path", "tokenizer_kwargs",
        "prompt_tuning_init_state_dict_path", "num_attention_heads", "num_layers"];

    private readonly string place;
    private DecoderConfig? config; // of the decoder that it was last attached to or made for

    private SoftPrompt(Tensor embeddings, string? baseModel, string place)
    {
        Embeddings = Own(embeddings);
        BaseModel = baseModel;
        this.place = place;
    }

    /// <summary>What it was made for, in words (<c>base_model_name_or_path</c>), or null.</summary>
    public string? BaseModel { get; init; }

    /// <inheritdoc/>
    public override int VirtualTokens => (int)Embeddings.shape[0];

    /// <inheritdoc/>
    public override string Description => $"soft prompt of {VirtualTokens} virtual tokens";

    /// <summary>[virtual tokens, width]</summary>
    internal Parameter Embeddings { get; private set; }

    private protected override IEnumerable<(string Name, Parameter Value)> Named => [(WeightName, Embeddings)];

    /// <summary>Makes a prompt that begins as tokens drawn from the vocabulary.</summary>
    /// <param name="decoder">What it is for; not changed, and not yet attached.</param>
    /// <param name="virtualTokens">How many tokens of the context it takes.</param>
    /// <param name="seed">Chooses the tokens.</param>
    /// <exception cref="InputException">It would leave no room for a text.</exception>
    public static SoftPrompt Create(Decoder decoder, int virtualTokens, long seed)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentOutOfRangeException.ThrowIfLessThan(virtualTokens, 1);
        var draws = new Draws(seed, "soft prompt");
        return Create(decoder, [.. Enumerable.Range(0, Math.Min(virtualTokens, Most)).Select(_ => draws.Next(decoder.Config.VocabularySize))]);
    }

    /// <summary>Makes a prompt that begins as a text.</summary>
    /// <param name="decoder">What it is for; not changed, and not yet attached.</param>
    /// <param name="ids">Tokens of the text, at least one.</param>
    /// <exception cref="InputException">It would leave no room for a text.</exception>
    public static SoftPrompt Create(Decoder decoder, IReadOnlyList<int> ids)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentOutOfRangeException.ThrowIfZero(ids.Count, nameof(ids));
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var prompt = new SoftPrompt(decoder.TokenEmbeddings.index_select(0, tensor(ids.Select(id => (long)id).ToArray(), device: decoder.Device)), null, "soft prompt");
        prompt.Check(decoder.Config);
        prompt.config = decoder.Config;
        return prompt;
    }

    /// <summary>Reads an adapter folder: adapter_config.json and adapter_model.safetensors.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A file is missing, malformed, or asks for what is not supported.</exception>
    public static new SoftPrompt Load(string folder)
    {
        using var scope = NewDisposeScope();
        var json = new JsonKeys(JsonPlace.Open(Path.Combine(folder, ConfigName), MaximumConfigBytes));
        if (json["peft_type"].Text() != Kind)
            throw json["peft_type"].Unexpected($"\"{Kind}\"");
        long[] shape = [json["num_virtual_tokens"].Whole(1, Most), json["token_dim"].Whole(1, 1 << 24)];
        if (json.Whole("num_transformer_submodules", 1, Most) is { } parts and not 1)
            throw json["num_transformer_submodules"].Wrong($"a prompt for {parts} parts of a model is not supported.", "Decoders have one.");
        var baseModel = json.Find("base_model_name_or_path")?.Text();
        json.RefuseRest(WithoutEffect.Contains, "Use a plain prompt-tuning adapter.");
        var file = Path.Combine(folder, WeightsName);
        return new(AdapterWeights.ReadOne(file, WeightName, shape), baseModel, file);
    }

    internal override void Connect(Decoder decoder)
    {
        Check(decoder.Config);
        Embeddings = Moved(Embeddings, decoder.Device);
        config = decoder.Config;
    }

    private protected override void WriteConfig(string folder) => AdapterConfigFile.Write(folder, new JsonObject
    {
        ["peft_type"] = Kind,
        ["task_type"] = "CAUSAL_LM",
        ["base_model_name_or_path"] = BaseModel,
        ["num_virtual_tokens"] = VirtualTokens,
        ["token_dim"] = Embeddings.shape[1],
        ["num_transformer_submodules"] = 1,
        ["num_attention_heads"] = config?.Heads,
        ["num_layers"] = config?.Layers,
        ["prompt_tuning_init"] = "RANDOM",
        ["inference_mode"] = true,
    });

    private void Check(DecoderConfig config)
    {
        if (Embeddings.shape[1] != config.Width)
            throw new InputException(place, $"the virtual tokens are {Embeddings.shape[1]} wide, the decoder is {config.Width} wide.", "Use the checkpoint that the prompt was made for.");
        if (VirtualTokens >= config.MaximumPositions)
            throw new InputException(place, $"{VirtualTokens} virtual tokens leave no room for a text.", $"The model reads at most {config.MaximumPositions} tokens, virtual ones included.");
    }
}
