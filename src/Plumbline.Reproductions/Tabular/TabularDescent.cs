using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Tabular;

/// <summary>Trains a <see cref="TabularPolicy"/> with any loss of the log-probabilities of all answers.</summary>
internal static class TabularDescent
{
    /// <summary>Makes steps.</summary>
    /// <param name="policy">Is moved.</param>
    /// <param name="loss">Of the log-probability of each answer, [answers], float64.</param>
    /// <param name="steps">Steps of Adam.</param>
    /// <param name="rate">Its learning rate.</param>
    public static void Run(TabularPolicy policy, Func<Tensor, Tensor> loss, int steps, double rate)
    {
        LibTorch.Threads = 1; // columns are short, and the last bit is then the same on any machine
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var leaf = tensor(policy.LogProbs(), requires_grad: true);
            loss(leaf).backward();
            policy.Move(leaf.grad!.data<double>().ToArray(), rate);
        }
    }
}
