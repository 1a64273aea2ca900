using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>One layer of a decoder: grouped-query attention, then a feed-forward part, each on the normalised stream.</summary>
/// <remarks>
/// Matrices that read the same input are multiplied as one, and the weight of a normalisation is folded into them: at small widths
/// time goes into the number of passes over the activations, not into arithmetic. On disk they are apart, as Hugging Face has them.
/// </remarks>
internal sealed class DecoderLayer
{
    private readonly DecoderConfig config;
    private readonly int index;
    private readonly Func<string, Parameter?> parameter;
    private readonly Normalisation attentionNorm, feedForwardNorm;
    private readonly Normalisation? afterAttention, afterFeedForward;

    /// <param name="config">Shape of the decoder.</param>
    /// <param name="index">Which layer, from 0.</param>
    /// <param name="parameter">The parameter of a name inside this layer, or null if this kind of decoder has none.</param>
    public DecoderLayer(DecoderConfig config, int index, Func<string, Parameter?> parameter)
    {
        this.config = config;
        this.index = index;
        this.parameter = parameter;
        attentionNorm = Norm("input_layernorm")!;
        afterAttention = config.SandwichNorms ? Norm("post_attention_layernorm") : null;
        feedForwardNorm = Norm(config.SandwichNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm")!;
        afterFeedForward = Norm("post_feedforward_layernorm");
    }

    /// <param name="stream">[batch, time, width]</param>
    /// <param name="view">Where tokens stand, and what they may look at.</param>
    /// <param name="cache">Where keys and values of earlier tokens are, or null.</param>
    public Tensor Forward(Tensor stream, AttentionView view, KeyValueCache? cache)
    {
        var weights = cache?.Fused(index, Fuse) ?? Fuse();
        var attended = Attend(attentionNorm.ApplyFolded(stream), weights, view, cache);
        stream = stream.Plus(afterAttention?.Apply(attended) ?? attended);
        var fed = FeedForward(feedForwardNorm.ApplyFolded(stream), weights);
        return stream.Plus(afterFeedForward?.Apply(fed) ?? fed);
    }

    private Tensor Attend(Tensor input, FusedWeights weights, AttentionView view, KeyValueCache? cache)
    {
        long heads = config.Heads, keyHeads = config.KeyValueHeads;
        var all = functional.linear(input, weights.Attention, weights.AttentionBias).unflatten(2, [-1, config.HeadWidth]); // [batch, time, heads + 2 key heads, head]
        var parts = all.split([heads + keyHeads, keyHeads], dim: 2);
        var turned = parts[0];
        if (weights.QueryKeyNorm is { } norm)
            turned = RootMeanSquare.Normalise(turned, config.NormEpsilon) * norm;
        if (view.Turns is { } turns)
            turned = RotaryEmbedding.Turn(turned, turns);
        var apart = turned.transpose(1, 2).split([heads, keyHeads], dim: 1); // [batch, heads, time, head]
        var (queries, keys, values) = (apart[0], apart[1], parts[1].transpose(1, 2));
        if (cache is not null)
            (keys, values) = cache.Append(index, keys, values);
        return Linear(Attention.Of(queries, PerQuery(keys), PerQuery(values), view.Mask, config).transpose(1, 2).flatten(-2), "self_attn.o_proj");
    }

    private Tensor FeedForward(Tensor input, FusedWeights weights)
    {
        var inner = functional.linear(input, weights.FeedForward, weights.FeedForwardBias);
        if (!config.Gated)
            return Linear(Activate(inner), "mlp.down_proj");
        var parts = inner.chunk(2, dim: -1);
        return Linear(Activate(parts[0]) * parts[1], "mlp.down_proj");
    }

    private Tensor Activate(Tensor input) => config.Activation switch
    {
        Activation.Silu => functional.silu(input),
        Activation.Gelu => functional.gelu(input),
        _ => functional.gelu(input, TorchSharp.Modules.GELU.Approximate.tanh),
    };

    private Tensor Linear(Tensor input, string name) => functional.linear(input, parameter($"{name}.weight")!, parameter($"{name}.bias"));

    private FusedWeights Fuse() => new(
        attentionNorm.Fold(cat(Heads("weight"))),
        parameter("self_attn.q_proj.bias") is null ? null : cat(Heads("bias")),
        HeadNorm(),
        feedForwardNorm.Fold(config.Gated ? cat([parameter("mlp.gate_proj.weight")!, parameter("mlp.up_proj.weight")!]) : parameter("mlp.up_proj.weight")!),
        parameter("mlp.up_proj.bias") is not { } up ? null : config.Gated ? cat([parameter("mlp.gate_proj.bias")!, up]) : up);

    /// <summary>Queries, keys and values, one above the other.</summary>
    private List<Tensor> Heads(string what) =>
    [
        RotaryEmbedding.Interleave(parameter($"self_attn.q_proj.{what}")!, config.Heads, config),
        RotaryEmbedding.Interleave(parameter($"self_attn.k_proj.{what}")!, config.KeyValueHeads, config),
        parameter($"self_attn.v_proj.{what}")!,
    ];

    /// <summary>What normalised queries and keys are multiplied by, [heads + key heads, head]; null where they are not normalised.</summary>
    private Tensor? HeadNorm()
    {
        if (!config.QueryKeyNorm)
            return null;
        var (query, key) = (Factor("self_attn.q_norm"), Factor("self_attn.k_norm"));
        return cat([query.expand(config.Heads, -1), key.expand(config.KeyValueHeads, -1)]);

        Tensor Factor(string name) => RotaryEmbedding.Interleave(Norm(name)!.Factor, 1, config).unsqueeze(0);
    }

    private Normalisation? Norm(string name) => parameter($"{name}.weight") is { } weight ? new(weight, parameter($"{name}.bias"), config) : null;

    /// <summary>Repeats each key head for the query heads that share it.</summary>
    private Tensor PerQuery(Tensor heads) =>
        config.Heads == config.KeyValueHeads ? heads : heads.repeat_interleave(config.Heads / config.KeyValueHeads, dim: 1);
}

/// <summary>What the tokens of a batch see in the layers of one kind.</summary>
/// <param name="Turns">Rotary turns of their positions, or null if positions are learnt.</param>
/// <param name="Mask">[batch, 1, time, keys], true where a token may look; null: it looks at itself and all before it, and nothing is cached.</param>
internal sealed record AttentionView(Tensor? Turns, Tensor? Mask);

/// <summary>The matrices of a layer that read the same input, one above the other, with the weight of the normalisation before them.</summary>
/// <param name="Attention">Queries, keys, values: [(heads + 2 key heads) · head, width]</param>
/// <param name="AttentionBias">Their biases, or null.</param>
/// <param name="QueryKeyNorm">Weights of the norms of queries and keys, [heads + key heads, head], or null.</param>
/// <param name="FeedForward">Gate, up: [2 · inner width, width]; up alone where there is no gate.</param>
/// <param name="FeedForwardBias">Their biases, or null.</param>
internal sealed record FusedWeights(Tensor Attention, Tensor? AttentionBias, Tensor? QueryKeyNorm, Tensor FeedForward, Tensor? FeedForwardBias)
{
    /// <summary>All of them.</summary>
    public IEnumerable<Tensor> All => ((Tensor?[])[Attention, AttentionBias, QueryKeyNorm, FeedForward, FeedForwardBias]).OfType<Tensor>();
}
