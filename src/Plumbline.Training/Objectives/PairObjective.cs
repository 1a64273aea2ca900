using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Log-probabilities of pairs of answers, summed over the tokens of each answer; natural logarithms, every tensor of shape [pairs].</summary>
/// <param name="Chosen">Of the better answer under the policy.</param>
/// <param name="Rejected">Of the worse answer under the policy.</param>
/// <param name="ReferenceChosen">Of the better answer under the reference.</param>
/// <param name="ReferenceRejected">Of the worse answer under the reference.</param>
/// <param name="ChosenLength">Tokens of the better answer.</param>
/// <param name="RejectedLength">Tokens of the worse answer.</param>
public sealed record PairLogProbs(Tensor Chosen, Tensor Rejected, Tensor ReferenceChosen, Tensor ReferenceRejected, Tensor ChosenLength, Tensor RejectedLength)
{
    /// <summary>ρ of the better answer: policy less reference.</summary>
    public Tensor ChosenRatio => Chosen - ReferenceChosen;

    /// <summary>ρ of the worse answer: policy less reference.</summary>
    public Tensor RejectedRatio => Rejected - ReferenceRejected;
}

/// <summary>A loss over pairs of answers (kernel K2); it sees numbers only, never a model.</summary>
public abstract record PairObjective
{
    /// <summary>The loss of each pair, [pairs].</summary>
    public abstract Tensor PerPair(PairLogProbs pairs);
}
