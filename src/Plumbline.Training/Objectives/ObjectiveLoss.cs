using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>What an objective makes of its columns.</summary>
/// <param name="Value">What is minimised, no dimensions; its gradient reaches the columns.</param>
/// <param name="Statistics">What else is worth a curve, by name, no dimensions each, without gradient. They stay tensors until they are logged.</param>
public sealed record ObjectiveLoss(Tensor Value, IReadOnlyDictionary<string, Tensor> Statistics);
