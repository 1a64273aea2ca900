using System.Diagnostics.CodeAnalysis;
using Plumbline.Models.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>A decoder-only transformer: token embedding, layers, normalisation, and the embedding again (or a matrix of its own) as the output.</summary>
/// <remarks>
/// One decoder for all architectures: in what they differ is said by <see cref="DecoderConfig"/>. Parameters have the names and shapes of
/// <c>LlamaForCausalLM</c>, for example <c>model.layers.0.self_attn.q_proj.weight</c>, whatever the checkpoint calls them.
/// </remarks>
public sealed class Decoder : Module
{
    private const int WidestFused = 511;

    private Dictionary<string, Parameter> weights = new(StringComparer.Ordinal);
    private Parameter embedding;
    private Normalisation norm;
    private DecoderLayer[] layers;

    /// <summary>Makes a decoder whose weights are not yet set: call <see cref="Initialise"/> or <see cref="Load"/> a checkpoint.</summary>
    /// <param name="config">Its shape.</param>
    /// <exception cref="InputException">The numbers of the configuration do not fit together.</exception>
    public Decoder(DecoderConfig config)
        : this(config, (_, shape) => zeros(shape))
    {
    }

    /// <param name="config">Its shape.</param>
    /// <param name="weight">Makes the weights of a parameter, by name and shape.</param>
    internal Decoder(DecoderConfig config, Func<string, long[], Tensor> weight)
        : base(nameof(Decoder))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Checked("decoder configuration");
        Fused = config.Width <= WidestFused;
        foreach (var (name, shape) in DecoderParameters.Of(config))
            ParameterTree.Add(this, name, new Parameter(weight(name, shape)));
        Connect();
    }

    /// <summary>Its shape.</summary>
    public DecoderConfig Config { get; }

    /// <summary>Whether layers fuse matrices that read the same input: it pays where they are small, and copies them.</summary>
    internal bool Fused { get; set; }

    /// <summary>Where its weights are.</summary>
    public Device Device
    {
        get
        {
            Connect();
            return embedding.device;
        }
    }

    /// <summary>Its parameters by name.</summary>
    internal IReadOnlyDictionary<string, Parameter> Weights
    {
        get
        {
            Connect();
            return weights;
        }
    }

    /// <summary>Reads config.json and the weights of a model folder in the layout of Hugging Face, in one file or in several with an index.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Weights in float32, whatever they are in the file.</returns>
    /// <exception cref="InputException">A file is missing, malformed, of an architecture that is not supported, or does not fit the others.</exception>
    public static Decoder Load(string folder) => DecoderCheckpoint.Load(folder);

    /// <summary>Writes config.json and the weights, in the names and the layout that the architecture has at Hugging Face.</summary>
    /// <param name="folder">The folder; made if it is not there. Each file is replaced in one step.</param>
    /// <param name="type">Type of the weights in the file: float32, or float16 or bfloat16 for half the size.</param>
    /// <param name="mostBytes">How large one file may be; what is larger is written in several, with an index.</param>
    public void Save(string folder, ScalarType type = ScalarType.Float32, long mostBytes = 5_000_000_000)
    {
        if (type is not (ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16))
            throw new ArgumentOutOfRangeException(nameof(type), type, "Weights are written as float32, float16 or bfloat16.");
        ArgumentOutOfRangeException.ThrowIfLessThan(mostBytes, 1);
        DecoderCheckpoint.Save(this, folder, type, mostBytes);
    }

    /// <summary>Reads tokens.</summary>
    /// <param name="ids">Tokens, [batch, time], int64.</param>
    /// <param name="positions">Where each token stands in its text, from 0, [batch, time], int64.</param>
    /// <param name="mask">True where a token may look at a key, [batch or 1, 1, time, keys], bool; null: each token looks at itself and all before it in its row.</param>
    /// <param name="cache">What was read before, and where to keep what is read now; null when training.</param>
    /// <returns>What the output matrix sees, [batch, time, width].</returns>
    /// <remarks>In layers that slide, a token looks besides only at the keys of the window that ends with it.</remarks>
    public Tensor Hidden(Tensor ids, Tensor positions, Tensor? mask = null, KeyValueCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(positions);
        LibTorch.KeepThreads();
        using var scope = NewDisposeScope();
        Connect();
        var time = ids.shape[1];
        var before = cache?.Length ?? 0;
        if (mask is null && before > 0)
            mask = Before(time, before, ids.device);
        var everywhere = new AttentionView(Fused, Turns(positions, local: false), mask);
        var nearby = Nearby(everywhere, positions, time, before);
        var stream = embedding.index_select(0, ids.flatten()).view(ids.shape[0], time, -1);
        if (Config.EmbeddingScale != 1)
            stream = stream.Times(Config.EmbeddingScale);
        if (weights.TryGetValue(DecoderParameters.Positions, out var places))
            stream = stream.Plus(places.index_select(0, positions.expand(ids.shape).flatten()).view(stream.shape));
        foreach (var (index, layer) in layers.Index())
            stream = layer.Forward(stream, Config.Slides(index) ? nearby : everywhere, cache);
        cache?.Advance(time);
        return norm.Apply(stream).MoveToOuterDisposeScope();
    }

    /// <summary>How much each token is worth as the next one.</summary>
    /// <param name="hidden">[…, width]; choose the places that matter before this: the vocabulary is the widest matrix.</param>
    /// <returns>Logits, […, vocabulary].</returns>
    public Tensor Logits(Tensor hidden)
    {
        Connect();
        var logits = functional.linear(hidden, weights.GetValueOrDefault(DecoderParameters.Head) ?? embedding);
        return Config.LogitSoftCap is { } cap ? logits.Over(cap).tanh().Times(cap) : logits;
    }

    /// <summary>What a text is worth, of a decoder that scores.</summary>
    /// <param name="hidden">State at the last token of each text, [texts, width].</param>
    /// <returns>[texts]</returns>
    internal Tensor Score(Tensor hidden)
    {
        Connect();
        return functional.linear(hidden, weights[DecoderParameters.Score]).squeeze(-1);
    }

    /// <summary>Sets all weights at random: the same seed, the same weights.</summary>
    /// <param name="seed">Chooses the weights.</param>
    /// <remarks>Normal; a matrix has deviation 1/√inputs, one that writes into the stream 1/√(2·layers) of that, embeddings 0.02; norms pass all through, biases are 0.</remarks>
    public void Initialise(ulong seed)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Connect();
        using var generator = new Generator(seed);
        foreach (var (name, parameter) in weights.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            if (parameter.dim() == 1)
            {
                parameter.FillWith(name.EndsWith(".bias", StringComparison.Ordinal) || Config.Norm == NormKind.RootMeanSquarePlusOne ? 0 : 1);
                continue;
            }
            var writes = name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
            var embeds = name is DecoderParameters.Embedding or DecoderParameters.Positions;
            var deviation = embeds ? 0.02 : Math.Pow(parameter.shape[1], -0.5) / (writes ? Math.Sqrt(2 * Config.Layers) : 1);
            parameter.copy_(randn(parameter.shape, generator: generator).Times(deviation));
        }
    }

    /// <summary>Finds the parameters, at first and again after they were moved to another device or type: then they are other objects.</summary>
    [MemberNotNull(nameof(embedding), nameof(norm), nameof(layers))]
    private void Connect()
    {
        if (embedding is { IsInvalid: false } && norm is not null && layers is not null)
            return;
        weights = named_parameters().ToDictionary(each => each.name, each => each.parameter, StringComparer.Ordinal);
        embedding = weights[DecoderParameters.Embedding];
        norm = new(weights[DecoderParameters.Norm], weights.GetValueOrDefault("model.norm.bias"), Config);
        layers = [.. Enumerable.Range(0, Config.Layers).Select(index => new DecoderLayer(Config, index, new(Config, name => weights.GetValueOrDefault(DecoderParameters.InLayer(index, name)))))];
    }

    private Tensor? Turns(Tensor positions, bool local) => Config.LearntPositions ? null : Fused ? RotaryEmbedding.At(positions, Config, local) : HalfSplitRotary.At(positions, Config, local);

    /// <summary>What tokens see in layers that slide.</summary>
    private AttentionView Nearby(AttentionView everywhere, Tensor positions, long time, long before)
    {
        if (Config.SlidingWindow is not { } window)
            return everywhere;
        var turns = Config.LocalRopeTheta is null ? everywhere.Turns : Turns(positions, local: true);
        if (before + time <= window)
            return everywhere with { Turns = turns };
        var within = ones([1, 1, time, before + time], ScalarType.Bool, positions.device).triu(before - window + 1);
        return everywhere with { Turns = turns, Mask = (everywhere.Mask ?? Before(time, before, positions.device)) & within };
    }

    /// <summary>Each token sees itself and all before it.</summary>
    private static Tensor Before(long time, long before, Device device) => ones([1, 1, time, before + time], ScalarType.Bool, device).tril(before);
}
