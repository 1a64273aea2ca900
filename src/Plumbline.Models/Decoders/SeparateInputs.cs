using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Each projection by its own matrix, as the checkpoint has it: no copy of any weight is made, so frozen ones may stay in their file.</summary>
internal sealed class SeparateInputs(DecoderConfig config, LayerParameters parameters) : ILayerInputs
{
    private readonly Normalisation attentionNorm = parameters.Norm("input_layernorm")!;
    private readonly Normalisation feedForwardNorm = parameters.Norm(config.SandwichNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm")!;
    private readonly Normalisation? queryNorm = parameters.Norm("self_attn.q_norm"), keyNorm = parameters.Norm("self_attn.k_norm");

    public (Tensor Queries, Tensor Keys, Tensor Values) Heads(Tensor stream, AttentionView view)
    {
        var input = attentionNorm.Apply(stream);
        return (Head("self_attn.q_proj", queryNorm, view.Turns), Head("self_attn.k_proj", keyNorm, view.Turns), Head("self_attn.v_proj", null, null));

        Tensor Head(string name, Normalisation? norm, Tensor? turns)
        {
            var heads = parameters.Project(name, input, view.Experts).unflatten(2, [-1, config.HeadWidth]); // [batch, time, heads, head]
            if (norm is not null)
                heads = norm.Apply(heads);
            if (turns is not null)
                heads = HalfSplitRotary.Turn(heads, turns);
            return heads.transpose(1, 2);
        }
    }

    public (Tensor Activated, Tensor? Gated) FeedForward(Tensor stream, AttentionView view)
    {
        var input = feedForwardNorm.Apply(stream);
        var up = parameters.Project("mlp.up_proj", input, view.Experts);
        return config.Gated ? (parameters.Project("mlp.gate_proj", input, view.Experts), up) : (up, null);
    }
}
