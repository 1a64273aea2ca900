using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Log-probabilities of pairs of answers, summed over the tokens of each answer; natural logarithms, every tensor of shape [pairs].</summary>
/// <param name="Chosen">S_w: of the better answer under the policy.</param>
/// <param name="Rejected">S_l: of the worse answer under the policy.</param>
/// <param name="ReferenceChosen">Of the better answer under the reference.</param>
/// <param name="ReferenceRejected">Of the worse answer under the reference.</param>
/// <param name="ChosenLength">Tokens of the better answer.</param>
/// <param name="RejectedLength">Tokens of the worse answer.</param>
public sealed record PairLogProbs(Tensor Chosen, Tensor Rejected, Tensor ReferenceChosen, Tensor ReferenceRejected, Tensor ChosenLength, Tensor RejectedLength)
{
    /// <summary>ρ_w of the better answer: policy less reference.</summary>
    public Tensor ChosenRatio => Chosen - ReferenceChosen;

    /// <summary>ρ_l of the worse answer: policy less reference.</summary>
    public Tensor RejectedRatio => Rejected - ReferenceRejected;

    /// <summary>Δ = ρ_w − ρ_l.</summary>
    public Tensor Margin => ChosenRatio - RejectedRatio;
}
