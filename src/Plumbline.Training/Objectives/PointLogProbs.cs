using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Log-probabilities of answers that were judged one by one, summed over the tokens of each; natural logarithms, tensors of shape [answers].</summary>
/// <param name="Policy">S: under the policy.</param>
/// <param name="Reference">Under the reference; null where no loss asks for it.</param>
/// <param name="Length">n: tokens.</param>
/// <param name="Label">z: 1 for a good answer, 0 for a bad one, or between.</param>
public sealed record PointLogProbs(Tensor Policy, Tensor? Reference, Tensor Length, Tensor Label)
{
    /// <summary>Mean ρ of what the loss measures itself against (<see cref="PointBaseline"/>), over the whole step, without gradient, no dimensions; null where no loss asks for it.</summary>
    public Tensor? Baseline { get; init; }

    /// <summary>Mean label of the whole step, no dimensions; null: of these answers.</summary>
    public Tensor? Goodness { get; init; }

    /// <summary>ρ: policy less reference.</summary>
    public Tensor Ratio => Policy - (Reference ?? throw new InvalidOperationException("There are no log-probabilities of a reference."));

    /// <summary>A: log-probability for each token.</summary>
    public Tensor Mean => Policy / Length;

    /// <summary>1 − z.</summary>
    internal Tensor Badness => ones_like(Label) - Label;
}

/// <summary>What a loss of single answers measures their ratios against.</summary>
public enum PointBaseline
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Prompts of the step with answers to others: an estimate of how far the policy is from the reference.</summary>
    Mismatched,

    /// <summary>The answers of the step themselves.</summary>
    Answers,
}
