using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Tabular;

/// <summary>A pair whose losses are worked out by hand: Δ = 1, with three tokens against four.</summary>
internal static class HandBatch
{
    /// <summary>The value of a loss of pairs.</summary>
    public static double Of(PairObjective objective)
    {
        LibTorch.EnsureLoaded();
        using var scope = NewDisposeScope();
        return objective.Compute(new PairLogProbs(tensor([-1.5]), tensor([-3.0]), tensor([-1.9]), tensor([-2.4]), tensor([3.0]), tensor([4.0]))).Value.item<double>();
    }

    /// <summary>The value of a loss of single answers, at the better answer of the pair or at the worse one.</summary>
    public static double Of(PointObjective objective, bool good)
    {
        LibTorch.EnsureLoaded();
        using var scope = NewDisposeScope();
        return objective.Compute(new PointLogProbs(tensor([good ? -1.5 : -3.0]), tensor([good ? -1.9 : -2.4]), tensor([good ? 3.0 : 4.0]), tensor([good ? 1.0 : 0.0])) { Baseline = tensor(0.0) }).Value.item<double>();
    }
}
