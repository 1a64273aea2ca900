using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Squared error of a confidence, whose minimum is the chance of being right (065; Brier 1950).</summary>
/// <remarks>loss = mean over texts of (σ(r) − c)², r the number that the head gives a text.</remarks>
public static class SquaredConfidence
{
    /// <summary>The loss.</summary>
    /// <param name="scores">r, [texts].</param>
    /// <param name="targets">c, from 0 to 1, [texts].</param>
    /// <returns>With <c>confidence</c> (mean σ(r)) and <c>target</c> (mean c).</returns>
    public static ObjectiveLoss Compute(Tensor scores, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(targets);
        var confidences = scores.sigmoid();
        var value = (confidences - targets).Squared().mean();
        using var off = no_grad();
        return new ObjectiveLoss(value, new Dictionary<string, Tensor> { ["confidence"] = confidences.detach().mean(), ["target"] = targets.mean() });
    }
}
