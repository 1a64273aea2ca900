using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>A second model that is trained beside the first, all of its weights, with an optimiser and a rate of its own: the critic of a policy.</summary>
/// <param name="Name">What its weights are called in checkpoints.</param>
/// <param name="Decoder">The model, with the weights it starts from even when a checkpoint is taken up.</param>
/// <param name="Optimiser">Settings of its optimiser.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="Memory">What else later steps depend on, float64; kept in checkpoints.</param>
internal sealed record Companion(string Name, Decoder Decoder, AdamWOptions Optimiser, Schedule LearningRate, Tensor Memory)
{
    /// <summary>What decides its weights, in words.</summary>
    public string Settings => $"{Name}; {Optimiser}; {LearningRate}";
}
