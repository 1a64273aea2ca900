using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>Log-probabilities of tokens that the policy sampled, with what each answer was worth; natural logarithms, every tensor of shape [tokens].</summary>
/// <param name="Policy">l: now.</param>
/// <param name="Behaviour">l_old: when it was sampled.</param>
/// <param name="Reference">l_ref: under the reference.</param>
/// <param name="Advantage">A: of the answer that the token belongs to.</param>
public sealed record SampledLogProbs(Tensor Policy, Tensor Behaviour, Tensor Reference, Tensor Advantage);
