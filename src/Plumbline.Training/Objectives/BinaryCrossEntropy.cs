using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Fits an inspector, which says of an answer by itself whether it meets a criterion (047, Aligners; kernel K7).</summary>
/// <remarks>loss = mean over answers of −log σ(r) where the criterion is met and −log σ(−r) where it is not. σ(r) is then the chance that an answer meets it, σ(−r) that it violates it. Margins do not count.</remarks>
public sealed record BinaryCrossEntropy : ScorerObjective
{
    /// <inheritdoc/>
    public override Tensor PerPair(PairScores pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return nn.functional.logsigmoid(pairs.Chosen).Plus(nn.functional.logsigmoid(-pairs.Rejected)).Times(-0.5);
    }
}
