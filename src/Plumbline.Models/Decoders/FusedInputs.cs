using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>Matrices that read the same input multiplied as one, the weight of a normalisation folded into them.</summary>
/// <remarks>At small widths time goes into the number of passes over the activations, not into arithmetic. On disk they are apart, as Hugging Face has them.</remarks>
internal sealed class FusedInputs(DecoderConfig config, LayerParameters parameters, FusedWeights weights) : ILayerInputs
{
    private readonly Normalisation attentionNorm = parameters.Norm("input_layernorm")!;
    private readonly Normalisation feedForwardNorm = FeedForwardNorm(config, parameters);

    public (Tensor Queries, Tensor Keys, Tensor Values) Heads(Tensor stream, AttentionView view)
    {
        long heads = config.Heads, keyHeads = config.KeyValueHeads;
        var all = functional.linear(attentionNorm.ApplyFolded(stream), weights.Attention, weights.AttentionBias).unflatten(2, [-1, config.HeadWidth]); // [batch, time, heads + 2 key heads, head]
        var parts = all.split([heads + keyHeads, keyHeads], dim: 2);
        var turned = parts[0];
        if (weights.QueryKeyNorm is { } norm)
            turned = RootMeanSquare.Normalise(turned, config.NormEpsilon) * norm;
        if (view.Turns is { } turns)
            turned = RotaryEmbedding.Turn(turned, turns);
        var apart = turned.transpose(1, 2).split([heads, keyHeads], dim: 1); // [batch, heads, time, head]
        return (apart[0], apart[1], parts[1].transpose(1, 2));
    }

    public (Tensor Activated, Tensor? Gated) FeedForward(Tensor stream, AttentionView view)
    {
        var inner = functional.linear(feedForwardNorm.ApplyFolded(stream), weights.FeedForward, weights.FeedForwardBias);
        if (!config.Gated)
            return (inner, null);
        var parts = inner.chunk(2, dim: -1);
        return (parts[0], parts[1]);
    }

    /// <summary>Makes the matrices, with gradients to the parameters that they are made of.</summary>
    public static FusedWeights Fuse(DecoderConfig config, LayerParameters parameters) => new(
        parameters.Norm("input_layernorm")!.Fold(cat(Heads(config, parameters, "weight"))),
        parameters["self_attn.q_proj.bias"] is null ? null : cat(Heads(config, parameters, "bias")),
        HeadNorm(config, parameters),
        FeedForwardNorm(config, parameters).Fold(config.Gated ? cat([parameters["mlp.gate_proj.weight"]!, parameters["mlp.up_proj.weight"]!]) : parameters["mlp.up_proj.weight"]!),
        parameters["mlp.up_proj.bias"] is not { } up ? null : config.Gated ? cat([parameters["mlp.gate_proj.bias"]!, up]) : up);

    private static Normalisation FeedForwardNorm(DecoderConfig config, LayerParameters parameters) =>
        parameters.Norm(config.SandwichNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm")!;

    /// <summary>Queries, keys and values, one above the other.</summary>
    private static List<Tensor> Heads(DecoderConfig config, LayerParameters parameters, string what) =>
    [
        RotaryEmbedding.Interleave(parameters[$"self_attn.q_proj.{what}"]!, config.Heads, config),
        RotaryEmbedding.Interleave(parameters[$"self_attn.k_proj.{what}"]!, config.KeyValueHeads, config),
        parameters[$"self_attn.v_proj.{what}"]!,
    ];

    /// <summary>What normalised queries and keys are multiplied by, [heads + key heads, head]; null where they are not normalised.</summary>
    private static Tensor? HeadNorm(DecoderConfig config, LayerParameters parameters)
    {
        if (!config.QueryKeyNorm)
            return null;
        var (query, key) = (Factor("self_attn.q_norm"), Factor("self_attn.k_norm"));
        return cat([query.expand(config.Heads, -1), key.expand(config.KeyValueHeads, -1)]);

        Tensor Factor(string name) => RotaryEmbedding.Interleave(parameters.Norm(name)!.Factor, 1, config).unsqueeze(0);
    }
}

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
