using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>Scaled dot-product attention (Vaswani et al. 2017), fused where the decoder allows it.</summary>
internal static class Attention
{
    /// <param name="queries">[batch, heads, time, head]</param>
    /// <param name="keys">[batch, heads, keys, head]</param>
    /// <param name="values">Likewise.</param>
    /// <param name="mask">[batch or 1, 1, time, keys], true where a token may look; null: at itself and all before it.</param>
    /// <param name="config">Scale and soft cap.</param>
    /// <returns>[batch, heads, time, head]</returns>
    public static Tensor Of(Tensor queries, Tensor keys, Tensor values, Tensor? mask, DecoderConfig config)
    {
        var usual = Math.Pow(config.HeadWidth, -0.5);
        var scale = config.AttentionScale ?? usual;
        if (config.AttentionSoftCap is not { } cap)
            return functional.scaled_dot_product_attention(scale == usual ? queries : queries.Times(scale / usual), keys, values, mask, is_casual: mask is null);
        var scores = queries.matmul(keys.transpose(-2, -1)).Times(scale / cap).tanh().Times(cap); // [batch, heads, time, keys]
        mask ??= ones([queries.shape[2], keys.shape[2]], ScalarType.Bool, queries.device).tril();
        return scores.FillWhere(mask.logical_not(), double.NegativeInfinity).softmax(-1).matmul(values);
    }
}
