using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>What the two parts of a layer make of the stream before they mix tokens, or write: everything that reads the normalised stream.</summary>
internal interface ILayerInputs
{
    /// <summary>Queries, keys and values of attention.</summary>
    /// <param name="stream">[batch, time, width], not yet normalised.</param>
    /// <param name="view">Rotary turns in the layout of these inputs, and the experts of the tokens.</param>
    /// <returns>[batch, heads, time, head], and twice [batch, key heads, time, head]; normalised and turned.</returns>
    (Tensor Queries, Tensor Keys, Tensor Values) Heads(Tensor stream, AttentionView view);

    /// <summary>What the feed-forward part activates.</summary>
    /// <param name="stream">[batch, time, width], not yet normalised.</param>
    /// <param name="view">The experts of the tokens.</param>
    /// <returns>What goes through the activation, and what it is then multiplied by, or null: [batch, time, inner width].</returns>
    (Tensor Activated, Tensor? Gated) FeedForward(Tensor stream, AttentionView view);
}
