using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>The parameters of one layer, by their names inside it.</summary>
/// <param name="config">Shape of the decoder.</param>
/// <param name="find">The parameter of a name inside this layer, or null if this kind of decoder has none.</param>
/// <param name="change">What an adapter makes of the matrix of a name, or null.</param>
internal sealed class LayerParameters(DecoderConfig config, Func<string, Parameter?> find, Func<string, LowRankChange?> change)
{
    /// <summary>The parameter of a name, or null.</summary>
    public Parameter? this[string name] => find(name);

    /// <summary>The normalisation of a name, or null.</summary>
    public Normalisation? Norm(string name) => find($"{name}.weight") is { } weight ? new(weight, find($"{name}.bias"), config) : null;

    /// <summary>What a projection makes of its input, with the part of an adapter if there is one.</summary>
    /// <param name="name">For example <c>self_attn.o_proj</c>.</param>
    /// <param name="input">[…, inputs]</param>
    /// <param name="experts">Which ranks of the adapter each input uses, […, ranks], or null.</param>
    /// <returns>[…, outputs]</returns>
    public Tensor Project(string name, Tensor input, Tensor? experts)
    {
        var (matrix, bias) = (find($"{name}.weight")!, find($"{name}.bias"));
        return change($"{name}.weight")?.Project(input, matrix, bias, experts) ?? functional.linear(input, matrix, bias);
    }
}
