using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>One layer of a Llama-style decoder: grouped-query attention with rotary positions, then a gated feed-forward part, each on the normalised stream.</summary>
/// <remarks>
/// Matrices that read the same input are multiplied as one, and the weight of a normalisation is folded into them: at small widths
/// time goes into the number of passes over the activations, not into arithmetic. On disk they are apart, as Hugging Face has them.
/// </remarks>
internal sealed class DecoderLayer
{
    private readonly DecoderConfig config;
    private readonly int index;
    private readonly Parameter query, key, value, output, gate, up, down, attentionNorm, feedForwardNorm;

    public DecoderLayer(Module decoder, DecoderConfig config, int index)
    {
        this.config = config;
        this.index = index;
        var keyValueWidth = config.KeyValueHeads * config.HeadWidth;
        query = Matrix("self_attn.q_proj.weight", config.Width, config.Width);
        key = Matrix("self_attn.k_proj.weight", keyValueWidth, config.Width);
        value = Matrix("self_attn.v_proj.weight", keyValueWidth, config.Width);
        output = Matrix("self_attn.o_proj.weight", config.Width, config.Width);
        gate = Matrix("mlp.gate_proj.weight", config.FeedForwardWidth, config.Width);
        up = Matrix("mlp.up_proj.weight", config.FeedForwardWidth, config.Width);
        down = Matrix("mlp.down_proj.weight", config.Width, config.FeedForwardWidth);
        attentionNorm = Matrix("input_layernorm.weight", config.Width);
        feedForwardNorm = Matrix("post_attention_layernorm.weight", config.Width);

        Parameter Matrix(string name, params long[] shape) => ParameterTree.Add(decoder, $"model.layers.{index}.{name}", new Parameter(ones(shape)));
    }

    /// <param name="stream">[batch, time, width]</param>
    /// <param name="turns">Rotary turns of the positions.</param>
    /// <param name="mask">[batch, 1, time, keys], true where a token may look; null: it looks at itself and all before it, and nothing is cached.</param>
    /// <param name="cache">Where keys and values of earlier tokens are, or null.</param>
    public Tensor Forward(Tensor stream, Tensor turns, Tensor? mask, KeyValueCache? cache)
    {
        var weights = cache?.Fused(index, Fuse) ?? Fuse();
        stream = stream.Plus(Attend(RootMeanSquare.Normalise(stream, config.NormEpsilon), weights.Attention, turns, mask, cache));
        return stream.Plus(FeedForward(RootMeanSquare.Normalise(stream, config.NormEpsilon), weights.FeedForward));
    }

    private Tensor Attend(Tensor input, Tensor weights, Tensor turns, Tensor? mask, KeyValueCache? cache)
    {
        long heads = config.Heads, keyHeads = config.KeyValueHeads;
        var all = functional.linear(input, weights).unflatten(2, [-1, config.HeadWidth]); // [batch, time, heads + 2 key heads, head]
        var parts = all.split([heads + keyHeads, keyHeads], dim: 2);
        var turned = RotaryEmbedding.Turn(parts[0], turns).transpose(1, 2).split([heads, keyHeads], dim: 1); // [batch, heads, time, head]
        var (queries, keys, values) = (turned[0], turned[1], parts[1].transpose(1, 2));
        if (cache is not null)
            (keys, values) = cache.Append(index, keys, values);
        var attended = functional.scaled_dot_product_attention(queries, PerQuery(keys), PerQuery(values), mask, is_casual: mask is null);
        return functional.linear(attended.transpose(1, 2).flatten(-2), output);
    }

    private Tensor FeedForward(Tensor input, Tensor weights)
    {
        var parts = functional.linear(input, weights).chunk(2, dim: -1);
        return functional.linear(functional.silu(parts[0]) * parts[1], down);
    }

    private FusedWeights Fuse() => new(
        cat([RotaryEmbedding.Interleave(query, config.Heads), RotaryEmbedding.Interleave(key, config.KeyValueHeads), value]) * attentionNorm,
        cat([gate, up]) * feedForwardNorm);

    /// <summary>Repeats each key head for the query heads that share it.</summary>
    private Tensor PerQuery(Tensor heads) =>
        config.Heads == config.KeyValueHeads ? heads : heads.repeat_interleave(config.Heads / config.KeyValueHeads, dim: 1);
}

/// <summary>The matrices of a layer that read the same input, one above the other, with the weight of the normalisation before them.</summary>
/// <param name="Attention">Queries, keys, values: [(heads + 2 key heads) · head, width]</param>
/// <param name="FeedForward">Gate, up: [2 · inner width, width]</param>
internal sealed record FusedWeights(Tensor Attention, Tensor FeedForward);
