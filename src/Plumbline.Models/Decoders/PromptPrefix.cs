using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>What the layers made of virtual tokens that every row begins with.</summary>
/// <param name="Layers">By layer, twice [1, key heads, virtual tokens, head].</param>
internal sealed record PromptPrefix(IReadOnlyList<(Tensor Keys, Tensor Values)> Layers)
{
    /// <summary>How many virtual tokens.</summary>
    public long Length => Layers[0].Keys.shape[2];

    /// <summary>All of it.</summary>
    public IEnumerable<Tensor> All => Layers.SelectMany(layer => (Tensor[])[layer.Keys, layer.Values]);

    /// <summary>Keys and values of a layer, those of the virtual tokens first.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="keys">[batch, key heads, tokens, head]</param>
    /// <param name="values">Likewise.</param>
    public (Tensor Keys, Tensor Values) Before(int layer, Tensor keys, Tensor values)
    {
        return (Join(Layers[layer].Keys, keys), Join(Layers[layer].Values, values));

        static Tensor Join(Tensor first, Tensor then) => cat([first.expand(then.shape[0], -1, -1, -1), then], 2);
    }
}
