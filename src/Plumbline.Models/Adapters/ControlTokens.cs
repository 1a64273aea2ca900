using System.Text.Json.Nodes;
using Plumbline.Models.Generation;
using Plumbline.Models.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>New tokens that say how to answer, for example well or badly, with embeddings of their own (109, MEET); PEFT's <c>TRAINABLE_TOKENS</c>.</summary>
/// <remarks>
/// Their ids follow those of the decoder's vocabulary; texts use them like any other token. They are read and never written: logits stay those of the vocabulary.
/// First only they are trained; then, if one likes, the weights with them. They are part of what texts are made of, so computing without the adapter leaves them as they are.
/// To use the folder in PEFT, make the embedding larger first: <c>resize_token_embeddings</c>.
/// </remarks>
public sealed class ControlTokens : Adapter
{
    /// <summary>Name of the file with the names of the tokens and their ids in an adapter folder.</summary>
    public const string NamesName = "added_tokens.json";

    internal const string Kind = "TRAINABLE_TOKENS";

    private const int Most = 4096, MostIds = 1 << 24;
    private const string Elsewhere = "Use the checkpoint that the tokens were made for.";

    private static readonly HashSet<string> WithoutEffect = ["task_type", "inference_mode", "revision", "peft_version", "auto_mapping", "init_weights"];

    private readonly string place, module;
    private readonly string[] names;
    private readonly int first;

    private ControlTokens(string[] names, int first, Tensor rows, string module, string place)
    {
        this.names = names;
        this.first = first;
        this.module = module;
        this.place = place;
        Rows = Own(rows);
    }

    /// <summary>What it was made for, in words (<c>base_model_name_or_path</c>), or null.</summary>
    public string? BaseModel { get; init; }

    /// <summary>The tokens by name, in the order of their ids.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The id of a token.</summary>
    /// <exception cref="InputException">There is no token of that name.</exception>
    public int this[string name] => Array.IndexOf(names, name) is >= 0 and var index
        ? first + index
        : throw new InputException(place, $"there is no control token '{name}'.", $"There are: {string.Join(", ", names)}.");

    /// <inheritdoc/>
    public override string Description => $"control tokens from {first} on: {string.Join(" ", names)}";

    internal override bool ChangesTexts => true;

    internal override int NewTokens => names.Length;

    /// <summary>Their embeddings, [tokens, width].</summary>
    internal Parameter Rows { get; private set; }

    private protected override IEnumerable<(string Name, Parameter Value)> Named => [($"{Prefix}{module}.trainable_tokens_delta", Rows)];

    /// <summary>Makes tokens with embeddings drawn like those of the vocabulary.</summary>
    /// <param name="decoder">What they are for; not changed, and not yet attached.</param>
    /// <param name="names">What they are called, for example <c>&lt;|good|&gt;</c>.</param>
    /// <param name="seed">Chooses the embeddings: normal, with mean and deviation of each column of the embedding.</param>
    public static ControlTokens Create(Decoder decoder, IReadOnlyList<string> names, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count is 0 or > Most || names.Any(string.IsNullOrEmpty) || names.Distinct(StringComparer.Ordinal).Count() != names.Count)
            throw new ArgumentException($"Control tokens have names, each another one; there are 1 to {Most}.", nameof(names));
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var generator = new Generator(RandomStream.Of(seed, "control tokens"));
        var embedding = decoder.TokenEmbeddings;
        var noise = randn([names.Count, decoder.Config.Width], generator: generator).to(decoder.Device);
        return new([.. names], decoder.Config.VocabularySize, embedding.mean([0]).Plus(noise * embedding.std(0)), ModuleOf(decoder.Config), "control tokens");
    }

    /// <summary>Reads an adapter folder: adapter_config.json, adapter_model.safetensors and added_tokens.json.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A file is missing, malformed, or asks for what is not supported.</exception>
    public static new ControlTokens Load(string folder)
    {
        using var scope = NewDisposeScope();
        var json = new JsonKeys(JsonPlace.Open(Path.Combine(folder, ConfigName), MaximumConfigBytes));
        if (json["peft_type"].Text() != Kind)
            throw json["peft_type"].Unexpected($"\"{Kind}\"");
        var ids = json["token_indices"].Elements().Take(Most + 1).Select(id => id.Whole(0, MostIds)).ToArray();
        if (ids.Length is 0 or > Most || !ids.SequenceEqual(Enumerable.Range(ids[0], ids.Length)))
            throw json["token_indices"].Wrong("the tokens do not follow each other.", $"Control tokens are 1 to {Most} new tokens after the vocabulary, in order.");
        if (json["target_modules"].Elements().Take(2).Select(target => target.Text()).ToArray() is not [var module])
            throw json["target_modules"].Wrong("several modules are changed.", "Control tokens have embeddings; the output matrix stays as it is.");
        var baseModel = json.Find("base_model_name_or_path")?.Text();
        json.RefuseRest(WithoutEffect.Contains, "Use an adapter that adds tokens and nothing else.");
        var file = Path.Combine(folder, WeightsName);
        var name = $"{Prefix}{module}.trainable_tokens_delta";
        return new(ReadNames(Path.Combine(folder, NamesName), ids), ids[0], AdapterWeights.ReadOne(file, name, ids.Length), module, file) { BaseModel = baseModel };
    }

    /// <summary>The embeddings of tokens, new and old.</summary>
    /// <param name="embedding">Of the vocabulary, [vocabulary, width].</param>
    /// <param name="ids">[n], int64</param>
    /// <returns>[n, width]</returns>
    internal Tensor Embed(Tensor embedding, Tensor ids)
    {
        var beyond = ids.Minus(first); // [n], below 0 for tokens of the vocabulary
        var isNew = beyond.GreaterThan(-0.5);
        return where(isNew.unsqueeze(1), Rows.index_select(0, beyond.AtLeast(0)), embedding.index_select(0, where(isNew, zeros_like(ids), ids)));
    }

    internal override void Connect(Decoder decoder)
    {
        if (first != decoder.Config.VocabularySize || module != ModuleOf(decoder.Config))
            throw new InputException(place, $"the tokens are {first} to {first + names.Length - 1} of {module}, but the vocabulary of the decoder is {decoder.Config.VocabularySize} tokens of {ModuleOf(decoder.Config)}.", Elsewhere);
        if (Rows.shape[1] != decoder.Config.Width)
            throw new InputException(place, $"the embeddings are {Rows.shape[1]} wide, the decoder is {decoder.Config.Width} wide.", Elsewhere);
        Rows = Moved(Rows, decoder.Device);
    }

    private protected override void WriteConfig(string folder)
    {
        AdapterConfigFile.Write(folder, new JsonObject
        {
            ["peft_type"] = Kind,
            ["task_type"] = "CAUSAL_LM",
            ["base_model_name_or_path"] = BaseModel,
            ["token_indices"] = new JsonArray([.. Enumerable.Range(first, names.Length).Select(id => (JsonNode)id)]),
            ["target_modules"] = new JsonArray(module),
            ["init_weights"] = true,
            ["inference_mode"] = true,
        });
        AtomicFile.Write(Path.Combine(folder, NamesName), new JsonObject(names.Index().Select(each => KeyValuePair.Create(each.Item, (JsonNode?)(first + each.Index)))).ToJsonString() + "\n");
    }

    private static string ModuleOf(DecoderConfig config) => config.Architecture == DecoderArchitecture.Gpt2 ? "transformer.wte" : "model.embed_tokens";

    private static string[] ReadNames(string file, int[] ids)
    {
        var json = JsonPlace.Open(file, MaximumConfigBytes);
        var byId = new Dictionary<int, string>();
        foreach (var (name, id) in json.Members())
        {
            if (name.Length == 0 || !byId.TryAdd(id.Whole(0, MostIds), name))
                throw id.Wrong($"the token '{name}' is empty, or has the id of another one.", "Every token has a name and an id of its own.");
        }
        if (byId.Count != ids.Length || ids.FirstOrDefault(id => !byId.ContainsKey(id), -1) is >= 0)
            throw json.Wrong($"the names are not those of the tokens {ids[0]} to {ids[^1]}.", "Use the file that was written together with the adapter.");
        return [.. ids.Select(id => byId[id])];
    }
}
