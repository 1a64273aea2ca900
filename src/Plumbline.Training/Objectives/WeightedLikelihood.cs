using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Weighted likelihood (kernel K1): pretraining when every token counts, supervised fine-tuning when those of the answer do.</summary>
/// <remarks>loss = −Σ w_t·l_t / Σ w_t, over all trained tokens of the batch. The end marker is trained, the prompt is not.</remarks>
public static class WeightedLikelihood
{
    /// <summary>The loss of a batch.</summary>
    /// <param name="logProbs">l: log-probability of each trained token, natural logarithm, [tokens].</param>
    /// <param name="weights">w: how much each counts, [tokens].</param>
    public static ObjectiveLoss Compute(Tensor logProbs, Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(logProbs);
        ArgumentNullException.ThrowIfNull(weights);
        return new ObjectiveLoss(-(logProbs * weights).sum() / weights.sum(), new Dictionary<string, Tensor>());
    }
}
