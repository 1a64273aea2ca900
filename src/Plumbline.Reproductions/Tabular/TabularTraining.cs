using Plumbline.Models;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Tabular;

/// <summary>Trains a <see cref="TabularPolicy"/> with the objectives that train language models: those see columns of numbers, and do not know whose they are.</summary>
internal static class TabularTraining
{
    /// <summary>Makes steps on all pairs at once.</summary>
    /// <param name="world">Where the answers are.</param>
    /// <param name="policy">Is moved.</param>
    /// <param name="anchor">Log-probability of each answer under the reference.</param>
    /// <param name="pairs">At least one.</param>
    /// <param name="objective">The loss.</param>
    /// <param name="steps">Steps of Adam.</param>
    /// <param name="rate">Its learning rate.</param>
    /// <returns>The mean margin over the pairs before the last step.</returns>
    public static double Run(TabularWorld world, TabularPolicy policy, double[] anchor, IReadOnlyList<TabularPair> pairs, PairObjective objective, int steps, double rate)
    {
        LibTorch.Threads = 1; // columns are short, and the last bit is then the same on any machine
        using var fixedScope = NewDisposeScope();
        var (anchorChosen, anchorRejected) = (Column(each => anchor[each.Chosen]), Column(each => anchor[each.Rejected]));
        var (chosenLength, rejectedLength) = (Column(each => world.Lengths[each.Chosen]), Column(each => world.Lengths[each.Rejected]));
        var margin = 0.0;
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var logProbs = policy.LogProbs();
            var (chosen, rejected) = (Leaf(each => logProbs[each.Chosen]), Leaf(each => logProbs[each.Rejected]));
            var columns = new PairLogProbs(chosen, rejected, anchorChosen, anchorRejected, chosenLength, rejectedLength);
            objective.Compute(columns).Value.backward();
            margin = columns.Margin.mean().item<double>();
            var slopes = new double[logProbs.Length];
            var (up, down) = (chosen.grad!.data<double>().ToArray(), rejected.grad!.data<double>().ToArray());
            foreach (var (index, pair) in pairs.Index())
            {
                slopes[pair.Chosen] += up[index];
                slopes[pair.Rejected] += down[index];
            }
            policy.Move(slopes, rate);
        }
        return margin;

        Tensor Column(Func<TabularPair, double> number) => tensor(pairs.Select(number).ToArray());
        Tensor Leaf(Func<TabularPair, double> number) => Column(number).requires_grad_(true);
    }

    /// <summary>Makes steps on all labelled answers at once.</summary>
    /// <param name="world">Where the answers are.</param>
    /// <param name="policy">Is moved.</param>
    /// <param name="anchor">Log-probability of each answer under the reference.</param>
    /// <param name="answers">At least one; the label is from 0 to 1.</param>
    /// <param name="objective">The loss; what it measures ratios against is their mean over these answers.</param>
    /// <param name="steps">Steps of Adam.</param>
    /// <param name="rate">Its learning rate.</param>
    public static void Run(TabularWorld world, TabularPolicy policy, double[] anchor, IReadOnlyList<(int Answer, double Label)> answers, PointObjective objective, int steps, double rate)
    {
        LibTorch.Threads = 1;
        using var fixedScope = NewDisposeScope();
        var (frozen, lengths, labels) = (Column(each => anchor[each.Answer]), Column(each => world.Lengths[each.Answer]), Column(each => each.Label));
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var logProbs = policy.LogProbs();
            var leaf = Column(each => logProbs[each.Answer]).requires_grad_(true);
            var drift = answers.Average(each => logProbs[each.Answer] - anchor[each.Answer]);
            objective.Compute(new PointLogProbs(leaf, frozen, lengths, labels)
            {
                Baseline = objective.Baseline == PointBaseline.None ? null : tensor(objective.Baseline == PointBaseline.Mismatched ? Math.Max(0, drift) : drift),
            }).Value.backward();
            var slopes = new double[logProbs.Length];
            foreach (var (index, slope) in leaf.grad!.data<double>().ToArray().Index())
                slopes[answers[index].Answer] += slope;
            policy.Move(slopes, rate);
        }

        Tensor Column(Func<(int Answer, double Label), double> number) => tensor(answers.Select(number).ToArray());
    }
}
