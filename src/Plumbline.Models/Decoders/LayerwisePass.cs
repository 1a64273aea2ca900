using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Packed texts read by a decoder one layer at a time, forward and, when gradients are wanted, backward.</summary>
/// <remarks>
/// Each layer is differentiated by itself, from the last to the first. So its activations are gone before those of the layer before it are touched;
/// with checkpointing (Chen et al. 2016) they are not even kept until then, but computed again from the layer's input, with the same numbers.
/// Where virtual tokens stand before every text, all layers are one: each reads what the layers before it made of them.
/// </remarks>
internal sealed class LayerwisePass
{
    private readonly Decoder _decoder;
    private readonly AttentionView[] _views;   // per layer
    private readonly Tensor[] _inputs;         // per layer [1, tokens, width], cut off from what made them
    private readonly Tensor?[] _outputs;       // per layer, with what its gradient needs; null: to be computed again
    private readonly Tensor _embedded;

    /// <summary>Reads; inside the dispose scope that it lives in.</summary>
    /// <param name="decoder">Who reads.</param>
    /// <param name="texts">What.</param>
    /// <param name="gradients">Whether <see cref="Backward"/> follows.</param>
    /// <param name="checkpointed">Whether layers are computed again on the way back.</param>
    public LayerwisePass(Decoder decoder, PackedTexts texts, bool gradients, bool checkpointed)
    {
        _decoder = decoder;
        using var mode = set_grad_enabled(gradients);
        var ids = tensor(texts.Ids, device: decoder.Device).unsqueeze(0);
        var positions = tensor(texts.Positions, device: decoder.Device).unsqueeze(0);
        _views = decoder.Prompted ? [] : decoder.Views(positions, texts);
        _embedded = decoder.Prompted ? PaddedTexts.Stream(decoder, texts) : decoder.Place(decoder.Embed(ids), positions);
        (_inputs, _outputs) = (new Tensor[_views.Length], new Tensor?[_views.Length]);
        Stream = _embedded;
        for (var layer = 0; layer < _views.Length; layer++)
        {
            var input = Stream.detach().requires_grad_(gradients && (layer > 0 || _embedded.requires_grad));
            if (layer > 0 && _outputs[layer - 1] is null)
                Stream.Dispose();
            using (set_grad_enabled(gradients && !checkpointed))
            {
                using var scope = NewDisposeScope();
                Stream = decoder.Forward(layer, input, _views[layer]).MoveToOuterDisposeScope();
            }
            if (gradients)
                (_inputs[layer], _outputs[layer]) = (input, checkpointed ? null : Stream);
            else
                input.Dispose();
        }
        Stream = Stream.detach();
    }

    /// <summary>What comes out of the last layer, not yet normalised, [1, tokens, width].</summary>
    public Tensor Stream { get; }

    /// <summary>Adds the gradient of all weights up to the last layer to what they have; once.</summary>
    /// <param name="gradient">Of <see cref="Stream"/>.</param>
    public void Backward(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        _decoder.Marks?.Reach(_views.Length);
        for (var layer = _views.Length - 1; layer >= 0; layer--)
        {
            using var inner = NewDisposeScope();
            using (var output = _outputs[layer] ?? _decoder.Forward(layer, _inputs[layer], _views[layer]))
            {
                if (!output.requires_grad)
                    return;
                output.backward([gradient]);
            }
            gradient.Dispose();
            _decoder.Marks?.Reach(layer);
            using var input = _inputs[layer];
            if (!input.requires_grad)
                return;
            gradient = input.grad!.MoveToOuterDisposeScope();
        }

        _embedded.backward([gradient]);
    }
}
