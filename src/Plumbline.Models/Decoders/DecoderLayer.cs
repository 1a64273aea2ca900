using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>One layer of a decoder: grouped-query attention, then a feed-forward part, each on the normalised stream.</summary>
/// <remarks>How it makes queries, keys, values and what it activates has two ways with the same result: <see cref="SeparateInputs"/> and <see cref="FusedInputs"/>.</remarks>
internal sealed class DecoderLayer
{
    private readonly DecoderConfig config;
    private readonly int index;
    private readonly LayerParameters parameters;
    private readonly SeparateInputs separate;
    private readonly Normalisation? afterAttention, afterFeedForward;

    /// <param name="config">Shape of the decoder.</param>
    /// <param name="index">Which layer, from 0.</param>
    /// <param name="parameters">Its parameters.</param>
    public DecoderLayer(DecoderConfig config, int index, LayerParameters parameters)
    {
        this.config = config;
        this.index = index;
        this.parameters = parameters;
        separate = new(config, parameters);
        afterAttention = config.SandwichNorms ? parameters.Norm("post_attention_layernorm") : null;
        afterFeedForward = parameters.Norm("post_feedforward_layernorm");
    }

    /// <param name="stream">[batch, time, width]</param>
    /// <param name="view">Where tokens stand, and what they may look at.</param>
    /// <param name="cache">Where keys and values of earlier tokens are, or null.</param>
    public Tensor Forward(Tensor stream, AttentionView view, KeyValueCache? cache)
    {
        ILayerInputs inputs = view.Fused ? new FusedInputs(config, parameters, cache?.Fused(index, Fuse) ?? Fuse()) : separate;
        var attended = Attend(inputs.Heads(stream, view), view, cache);
        stream = stream.Plus(afterAttention?.Apply(attended) ?? attended);
        var (activated, gated) = inputs.FeedForward(stream, view);
        var inner = Activate(activated);
        var fed = parameters.Project("mlp.down_proj", gated is null ? inner : inner * gated, view.Experts);
        return stream.Plus(afterFeedForward?.Apply(fed) ?? fed);
    }

    private Tensor Attend((Tensor Queries, Tensor Keys, Tensor Values) heads, AttentionView view, KeyValueCache? cache)
    {
        var (queries, keys, values) = heads;
        if (cache is not null)
            (keys, values) = cache.Append(index, keys, values);
        view.Read?.Add((keys, values));
        if (view.Prefix is { } prefix)
            (keys, values) = prefix.Before(index, keys, values);
        (keys, values) = (PerQuery(keys), PerQuery(values));
        var attended = view.Packed?.Of(queries, keys, values) ?? Attention.Of(queries, keys, values, view.Mask, config).transpose(1, 2); // [batch, time, heads, head]
        return parameters.Project("self_attn.o_proj", attended.flatten(-2), view.Experts);
    }

    private Tensor Activate(Tensor input) => config.Activation switch
    {
        Activation.Silu => functional.silu(input),
        Activation.Gelu => functional.gelu(input),
        _ => functional.gelu(input, TorchSharp.Modules.GELU.Approximate.tanh),
    };

    private FusedWeights Fuse() => FusedInputs.Fuse(config, parameters);

    /// <summary>Repeats each key head for the query heads that share it.</summary>
    private Tensor PerQuery(Tensor heads) =>
        config.Heads == config.KeyValueHeads ? heads : heads.repeat_interleave(config.Heads / config.KeyValueHeads, dim: 1);
}

/// <summary>What the tokens of a batch see in the layers of one kind.</summary>
/// <param name="Fused">Whether layers fuse the matrices that read the same input; rotary turns are laid out accordingly.</param>
/// <param name="Turns">Rotary turns of their positions, or null if positions are learnt.</param>
/// <param name="Mask">[batch, 1, time, keys], true where a token may look; null: it looks at itself and all before it, and nothing is cached.</param>
internal sealed record AttentionView(bool Fused, Tensor? Turns, Tensor? Mask)
{
    /// <summary>Attention in a row of packed texts, instead of the mask, or null.</summary>
    public PackedAttention? Packed { get; init; }

    /// <summary>Which ranks of an adapter with experts each token uses, 1 or 0, [batch, time, ranks]; null where there are no experts.</summary>
    public Tensor? Experts { get; init; }

    /// <summary>Keys and values that stand before those of the tokens, or null.</summary>
    public PromptPrefix? Prefix { get; init; }

    /// <summary>Where to put what each layer reads, or null.</summary>
    public List<(Tensor Keys, Tensor Values)>? Read { get; init; }
}
