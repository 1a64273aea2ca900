using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

/// <summary>Gradients held against finite differences.</summary>
internal static class Slopes
{
    private const double Step = 1e-5;

    /// <summary>Fails if the gradient of a loss in any of its numbers is not what small steps say.</summary>
    public static void Check(double[] at, Func<Tensor, Tensor> loss)
    {
        using var scope = NewDisposeScope();
        var leaf = tensor(at, requires_grad: true);
        loss(leaf).backward();
        var gradient = leaf.grad!.data<double>().ToArray();
        for (var i = 0; i < at.Length; i++)
        {
            double Moved(double by)
            {
                double[] moved = [.. at];
                moved[i] += by;
                return loss(tensor(moved)).item<double>();
            }

            Assert.Equal((Moved(Step) - Moved(-Step)) / (2 * Step), gradient[i], 1e-6);
        }
    }

    /// <summary>Log-probabilities that depend on nothing but a seed, away from the corners of hinges.</summary>
    public static double[] LogProbs(int seed, int count)
    {
        var draws = new Draws(seed, "slopes");
        return [.. Enumerable.Range(0, count).Select(_ => -0.05 - 2 * draws.NextDouble())];
    }
}
