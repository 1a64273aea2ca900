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
    private const int WidestFusedInTraining = 1024; // over the many tokens of a pass, saved passes over activations are worth a copy of the weights

    private Dictionary<string, Parameter> weights = new(StringComparer.Ordinal);
    private Parameter embedding;
    private Normalisation norm;
    private DecoderLayer[] layers;
    private int withoutAdapter;

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

    /// <summary>The adapter that it computes with, or null.</summary>
    public Adapter? Adapter { get; private set; }

    /// <summary>Whether layers fuse matrices that read the same input: it pays where they are small, copies them, and leaves no seam for a change of each.</summary>
    internal bool Fused
    {
        get => field && Adapter is not LowRankAdapter;
        set;
    }

    /// <summary>The embedding of each token, [vocabulary, width].</summary>
    internal Tensor TokenEmbeddings
    {
        get
        {
            Connect();
            return embedding;
        }
    }

    /// <summary>What makes logits of hidden states, [vocabulary, width]: the active one of several heads, a matrix of its own, or the embeddings.</summary>
    internal Tensor OutputMatrix
    {
        get
        {
            Connect();
            return Active is OutputHeads heads ? heads.Matrix : weights.GetValueOrDefault(DecoderParameters.Head) ?? embedding;
        }
    }

    /// <summary>Whether virtual tokens stand before every text.</summary>
    internal bool Prompted => Active is SoftPrompt;

    /// <summary>The adapter that counts at the moment.</summary>
    private Adapter? Active => withoutAdapter == 0 ? Adapter : null;

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

    /// <summary>Told how far a backward pass has come; null: nobody asks.</summary>
    internal BackwardMarks? Marks { get; set; }

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

    /// <summary>Computes with an adapter from now on; one that was attached before is detached.</summary>
    /// <param name="adapter">The adapter; not owned. Move the decoder to its device first.</param>
    /// <exception cref="InputException">The adapter was made for another decoder; nothing was changed.</exception>
    public void Attach(Adapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        adapter.Connect(this);
        Adapter = adapter;
    }

    /// <summary>Computes without an adapter from now on.</summary>
    public void Detach() => Adapter = null;

    /// <summary>Computes as if no adapter were attached, until the scope ends: the reference of a policy without a second model. Control tokens stay what they are.</summary>
    /// <remarks>Holds on every thread: nobody else may compute with the decoder meanwhile.</remarks>
    public IDisposable WithoutAdapter()
    {
        withoutAdapter++;
        return new Ending(() => withoutAdapter--);
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
        using var stream = Stream(ids, positions, mask, cache);
        return Normalise(stream);
    }

    /// <summary>What the last layer writes, not yet normalised, [batch, time, width]; for the rest see <see cref="Hidden"/>.</summary>
    internal Tensor Stream(Tensor ids, Tensor positions, Tensor? mask, KeyValueCache? cache)
    {
        LibTorch.KeepThreads();
        using var scope = NewDisposeScope();
        Connect();
        var prefix = Active is not SoftPrompt prompt ? null : cache?.Prefix(() => Read(prompt)) ?? Read(prompt);
        if (prefix is not null)
        {
            positions = positions.Plus(prefix.Length);
            mask = mask is null ? null : cat([ones([mask.shape[0], 1, mask.shape[2], prefix.Length], ScalarType.Bool, ids.device), mask], -1);
        }
        var stream = Through(Embed(ids), positions, new(Fused, null, mask) { Prefix = prefix, Experts = Active?.Route?.Of(ids, cache) }, cache);
        cache?.Advance(ids.shape[1]);
        return (Marks?.Before(Config.Layers, stream) ?? stream).MoveToOuterDisposeScope();
    }

    /// <summary>The embeddings of tokens, [batch, time, width].</summary>
    /// <param name="ids">[batch, time], int64</param>
    internal Tensor Embed(Tensor ids)
    {
        Connect();
        var rows = Adapter is ControlTokens control ? control.Embed(embedding, ids.flatten()) : embedding.index_select(0, ids.flatten());
        var stream = rows.view(ids.shape[0], ids.shape[1], -1);
        return Config.EmbeddingScale == 1 ? stream : stream.Times(Config.EmbeddingScale);
    }

    /// <summary>The stream with learnt positions, where the decoder has them.</summary>
    internal Tensor Place(Tensor stream, Tensor positions) => weights.TryGetValue(DecoderParameters.Positions, out var places)
        ? stream.Plus(places.index_select(0, positions.expand(stream.shape[..2]).flatten()).view(stream.shape)) : stream;

    /// <summary>What a layer makes of the stream, [batch, time, width].</summary>
    internal Tensor Forward(int layer, Tensor stream, AttentionView view)
    {
        Connect();
        return layers[layer].Forward(stream, view, cache: null);
    }

    /// <summary>What the output matrix sees of the stream that the last layer wrote, […, width].</summary>
    internal Tensor Normalise(Tensor stream)
    {
        using var scope = NewDisposeScope();
        Connect();
        return norm.Apply(stream).MoveToOuterDisposeScope();
    }

    /// <summary>What tokens of packed texts see, by layer.</summary>
    internal AttentionView[] Views(Tensor positions, PackedTexts texts)
    {
        LibTorch.KeepThreads();
        Connect();
        var fused = Fused || embedding.requires_grad && is_grad_enabled() && Config.Width is > WidestFused and <= WidestFusedInTraining && Adapter is not LowRankAdapter;
        var everywhere = new AttentionView(fused, Turns(positions, fused, local: false), null) { Packed = new(texts.Runs, null, Config, Device), Experts = Active?.Route?.Of(texts, Device) };
        var nearby = Config.SlidingWindow is not { } window ? everywhere : everywhere with
        {
            Turns = Config.LocalRopeTheta is null ? everywhere.Turns : Turns(positions, fused, local: true),
            Packed = new(texts.Runs, window, Config, Device),
        };
        return [.. Enumerable.Range(0, Config.Layers).Select(layer => Config.Slides(layer) ? nearby : everywhere)];
    }

    /// <summary>How much each token is worth as the next one.</summary>
    /// <param name="hidden">[…, width]; choose the places that matter before this: the vocabulary is the widest matrix.</param>
    /// <returns>Logits, […, vocabulary].</returns>
    public Tensor Logits(Tensor hidden)
    {
        var logits = functional.linear(hidden, OutputMatrix);
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
        layers = [.. Enumerable.Range(0, Config.Layers).Select(index => new DecoderLayer(Config, index, new(Config, name => weights.GetValueOrDefault(DecoderParameters.InLayer(index, name)), name => Active?.ChangeOf(DecoderParameters.InLayer(index, name)))))];
    }

    /// <summary>What the layers make of the virtual tokens of a prompt.</summary>
    private PromptPrefix Read(SoftPrompt prompt)
    {
        var layerReads = new List<(Tensor Keys, Tensor Values)>(Config.Layers);
        var stream = prompt.Embeddings.unsqueeze(0); // [1, virtual tokens, width]
        if (Config.EmbeddingScale != 1 && Config.Architecture != DecoderArchitecture.Gemma3) // Gemma 3 scales what it looks up, Gemma 2 what it reads
            stream = stream.Times(Config.EmbeddingScale);
        Through(stream, TensorArithmetic.CountUpTo(prompt.VirtualTokens, stream.device).unsqueeze(0), new(Fused, null, null) { Read = layerReads }, null);
        return new(layerReads);
    }

    /// <summary>All layers.</summary>
    /// <param name="stream">[batch, time, width]</param>
    /// <param name="positions">[batch or 1, time]</param>
    /// <param name="view">What tokens may look at in layers that do not slide; turns are set here.</param>
    /// <param name="cache">What was read before, or null.</param>
    private Tensor Through(Tensor stream, Tensor positions, AttentionView view, KeyValueCache? cache)
    {
        long time = stream.shape[1], before = cache?.Length ?? 0;
        stream = Place(stream, positions);
        var everywhere = view with { Turns = Turns(positions, Fused, local: false), Mask = view.Mask ?? Before(time, before, view.Prefix, stream.device) };
        var nearby = Nearby(everywhere, positions, time, before);
        foreach (var (index, layer) in layers.Index())
            stream = layer.Forward(Marks?.Before(index, stream) ?? stream, Config.Slides(index) ? nearby : everywhere, cache);
        return stream;
    }

    private Tensor? Turns(Tensor positions, bool fused, bool local) => Config.LearntPositions ? null : fused ? RotaryEmbedding.At(positions, Config, local) : HalfSplitRotary.At(positions, Config, local);

    /// <summary>What tokens see in layers that slide.</summary>
    private AttentionView Nearby(AttentionView everywhere, Tensor positions, long time, long before)
    {
        if (Config.SlidingWindow is not { } window)
            return everywhere;
        var turns = Config.LocalRopeTheta is null ? everywhere.Turns : Turns(positions, Fused, local: true);
        var prefix = everywhere.Prefix?.Length ?? 0;
        if (prefix + before + time <= window)
            return everywhere with { Turns = turns };
        var within = ones([1, 1, time, before + time], ScalarType.Bool, positions.device).triu(before - window + 1);
        if (prefix > 0) // each text begins after the virtual tokens, wherever in its row it stands
        {
            var far = (positions.unsqueeze(1).unsqueeze(-1) - TensorArithmetic.CountUpTo(prefix, positions.device)).GreaterThan(window - 1); // [batch, 1, time, virtual tokens]
            within = cat([far.logical_not(), within.expand(far.shape[0], -1, -1, -1)], -1);
        }
        return everywhere with { Turns = turns, Mask = (everywhere.Mask ?? ones([time, time], ScalarType.Bool, positions.device).tril()) & within };
    }

    /// <summary>Each token sees itself and all before it; null where nothing stands before the first.</summary>
    private static Tensor? Before(long time, long before, PromptPrefix? prefix, Device device)
    {
        var earlier = before + (prefix?.Length ?? 0);
        return earlier == 0 ? null : ones([1, 1, time, earlier + time], ScalarType.Bool, device).tril(earlier);
    }
}
