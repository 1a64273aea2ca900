using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Log-probabilities of pairs of answers, summed over the tokens of each answer; natural logarithms, every tensor of shape [pairs].</summary>
/// <param name="Chosen">S_w: of the better answer under the policy.</param>
/// <param name="Rejected">S_l: of the worse answer under the policy.</param>
/// <param name="ReferenceChosen">Of the better answer under the reference; null where no loss asks for it.</param>
/// <param name="ReferenceRejected">Of the worse answer under the reference; null where no loss asks for it.</param>
/// <param name="ChosenLength">n_w: tokens of the better answer.</param>
/// <param name="RejectedLength">n_l: tokens of the worse answer.</param>
public sealed record PairLogProbs(Tensor Chosen, Tensor Rejected, Tensor? ReferenceChosen, Tensor? ReferenceRejected, Tensor ChosenLength, Tensor RejectedLength)
{
    /// <summary>The sums over the first min(n_w, n_l) tokens of each answer; null where no loss asks for them.</summary>
    public SharedLogProbs? Shared { get; init; }

    /// <summary>Mean over the tokens of the better answer of l − log Σ π², under the policy, without gradient: 0 where the answer is as usual as what the policy samples.</summary>
    public Tensor? ChosenCertainty { get; init; }

    /// <summary>The same of the worse answer.</summary>
    public Tensor? RejectedCertainty { get; init; }

    /// <summary>By how much the better answer is better; in the units of whoever rated them.</summary>
    public Tensor? Gap { get; init; }

    /// <summary>How much each pair counts; null where all count 1. A mean weight of 1 over the data leaves the learning rate what it was (059).</summary>
    public Tensor? Weight { get; init; }

    /// <summary>ρ_w of the better answer: policy less reference.</summary>
    public Tensor ChosenRatio => Chosen - Needed(ReferenceChosen);

    /// <summary>ρ_l of the worse answer: policy less reference.</summary>
    public Tensor RejectedRatio => Rejected - Needed(ReferenceRejected);

    /// <summary>Δ = ρ_w − ρ_l.</summary>
    public Tensor Margin => ChosenRatio - RejectedRatio;

    /// <summary>A_w: log-probability of the better answer for each of its tokens.</summary>
    public Tensor ChosenMean => Chosen / ChosenLength;

    /// <summary>A_l: log-probability of the worse answer for each of its tokens.</summary>
    public Tensor RejectedMean => Rejected / RejectedLength;

    /// <summary>A column that a loss said it needs.</summary>
    internal static Tensor Needed(Tensor? column) => column ?? throw new InvalidOperationException("The loss reads a column that it did not ask for: say so in Needs.");
}

/// <summary>Sums over the first tokens of both answers of a pair, as many as the shorter one has; every tensor of shape [pairs].</summary>
/// <param name="Chosen">Of the better answer under the policy.</param>
/// <param name="Rejected">Of the worse answer under the policy.</param>
/// <param name="ReferenceChosen">Of the better answer under the reference.</param>
/// <param name="ReferenceRejected">Of the worse answer under the reference.</param>
public sealed record SharedLogProbs(Tensor Chosen, Tensor Rejected, Tensor ReferenceChosen, Tensor ReferenceRejected);
