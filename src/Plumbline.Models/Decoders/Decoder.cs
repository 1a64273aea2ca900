using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>A Llama-style decoder: token embedding, layers, normalisation, and the embedding again (or a matrix of its own) as the output.</summary>
/// <remarks>Parameters have the names and shapes of <c>LlamaForCausalLM</c>, for example <c>model.layers.0.self_attn.q_proj.weight</c>.</remarks>
public sealed class Decoder : Module
{
    private readonly Parameter embedding, norm;
    private readonly Parameter? head;
    private readonly DecoderLayer[] layers;

    /// <summary>Makes a decoder whose weights are not yet set: call <see cref="Initialise"/> or read a checkpoint into its parameters.</summary>
    /// <param name="config">Its shape.</param>
    /// <exception cref="InputException">The numbers of the configuration do not fit together.</exception>
    public Decoder(DecoderConfig config)
        : base(nameof(Decoder))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Checked("decoder configuration");
        embedding = ParameterTree.Add(this, "model.embed_tokens.weight", new Parameter(zeros(config.VocabularySize, config.Width)));
        layers = [.. Enumerable.Range(0, config.Layers).Select(index => new DecoderLayer(this, config, index))];
        norm = ParameterTree.Add(this, "model.norm.weight", new Parameter(ones(config.Width)));
        if (!config.TiedEmbeddings)
            head = ParameterTree.Add(this, "lm_head.weight", new Parameter(zeros(config.VocabularySize, config.Width)));
    }

    /// <summary>Its shape.</summary>
    public DecoderConfig Config { get; }

    /// <summary>Where its weights are.</summary>
    public Device Device => embedding.device;

    /// <summary>Reads tokens.</summary>
    /// <param name="ids">Tokens, [batch, time], int64.</param>
    /// <param name="positions">Where each token stands in its text, from 0, [batch, time], int64.</param>
    /// <param name="mask">True where a token may look at a key, [batch or 1, 1, time, keys], bool; null: each token looks at itself and all before it in its row.</param>
    /// <param name="cache">What was read before, and where to keep what is read now; null when training.</param>
    /// <returns>What the output matrix sees, [batch, time, width].</returns>
    public Tensor Hidden(Tensor ids, Tensor positions, Tensor? mask = null, KeyValueCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(positions);
        using var scope = NewDisposeScope();
        var time = ids.shape[1];
        if (mask is null && cache is { Length: > 0 } && time > 1)
            mask = ones([1, 1, time, cache.Length + time], ScalarType.Bool, ids.device).tril(cache.Length);
        else if (mask is null && cache is { Length: > 0 })
            mask = ones([1, 1, 1, cache.Length + 1], ScalarType.Bool, ids.device);
        var turns = RotaryEmbedding.At(positions, Config);
        var stream = embedding.index_select(0, ids.flatten()).view(ids.shape[0], time, -1);
        foreach (var layer in layers)
            stream = layer.Forward(stream, turns, mask, cache);
        cache?.Advance(time);
        return (RootMeanSquare.Normalise(stream, Config.NormEpsilon) * norm).MoveToOuterDisposeScope();
    }

    /// <summary>How much each token is worth as the next one.</summary>
    /// <param name="hidden">[…, width]; choose the places that matter before this: the vocabulary is the widest matrix.</param>
    /// <returns>Logits, […, vocabulary].</returns>
    public Tensor Logits(Tensor hidden) => functional.linear(hidden, head ?? embedding);

    /// <summary>Sets all weights at random: the same seed, the same weights.</summary>
    /// <param name="seed">Chooses the weights.</param>
    /// <remarks>Normal; a matrix has deviation 1/√inputs, one that writes into the stream 1/√(2·layers) of that, the embedding 0.02; normalisations are 1.</remarks>
    public void Initialise(ulong seed)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var generator = new Generator(seed);
        foreach (var (name, parameter) in named_parameters().OrderBy(each => each.name, StringComparer.Ordinal))
        {
            if (parameter.dim() == 1)
            {
                parameter.FillWith(1);
                continue;
            }
            var writes = name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
            var deviation = ReferenceEquals(parameter, embedding) ? 0.02 : Math.Pow(parameter.shape[1], -0.5) / (writes ? Math.Sqrt(2 * Config.Layers) : 1);
            parameter.copy_(randn(parameter.shape, generator: generator).Times(deviation));
        }
    }
}
