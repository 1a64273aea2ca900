using Plumbline.Models;
using Plumbline.Reproductions.Tabular;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>Comparisons of perturbed weights move both answers of a pair the right way where a gradient may lower both (110).</summary>
internal sealed class ComparisonAlignment : IReproduction
{
    private const int Directions = 1600, Pairs = 40;

    public string Number => "110";

    public string Name => "compo";

    public string Claim => "Where a pair's answers are much alike, steps found by comparisons make the better one likelier and the worse one less likely, while DPO lowers both on a part of the pairs.";

    public FourFields Fields => new("the output layer", "pairs of answers that are much alike", "which of two weights helps both answers", "comparison: no gradient");

    public bool HasFastForm => true;

    public string? Missing => "the output layer of a language model; here the weights are those of a policy over finitely many answers.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        LibTorch.Threads = 1;
        var pairs = context.Fast ? Pairs / 4 : Pairs;
        List<double> half = [], narrow = [], middle = [], wide = [], both = [], accepted = [], lowered = [], elsewhere = [];
        foreach (var seed in context.Seeds)
        {
            half.Add(Linear(200, 0.5, seed, cancellationToken).Success);
            narrow.Add(Linear(50, 0, seed, cancellationToken).Cosine);
            middle.Add(Linear(200, 0, seed, cancellationToken).Cosine);
            wide.Add(Linear(1000, 0, seed, cancellationToken).Cosine);
            var world = TabularWorld.Draw(seed, againstReward: 0);
            var tried = Enumerable.Range(0, pairs).Select(index => Try(world, seed, index, cancellationToken)).ToArray();
            var steps = tried.Where(each => each.Accepted).ToArray();
            accepted.Add(steps.Length / (double)tried.Length);
            both.Add(steps.Length == 0 ? 0 : steps.Average(each => each.Both ? 1.0 : 0));
            lowered.Add(tried.Average(each => each.Lowered ? 1.0 : 0));
            elsewhere.Add(steps.Length == 0 ? 0 : steps.Average(each => each.Elsewhere));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Mean("share of successes in a linear model whose two gradients correlate by .5: at least 1/6 − 0.02", half, 1 / 6.0 - 0.02, atLeast: true, context.Seeds),
            Measure.Mean("the same: at most 1/6 + 0.02", half, 1 / 6.0 + 0.02, atLeast: false, context.Seeds),
            Measure.Mean($"cosine with the direction of DPO after {Directions} comparisons in 50 dimensions: at least 0.85", narrow, 0.85, atLeast: true, context.Seeds),
            Measure.Mean("in 200: at least 0.67", middle, 0.67, atLeast: true, context.Seeds),
            Measure.Mean("in 1000: at least 0.40", wide, 0.40, atLeast: true, context.Seeds),
            Measure.Mean("share of accepted steps after which the better answer is likelier and the worse one less likely: 1", both, 1, atLeast: true, context.Seeds),
            Measure.Mean("share of the same pairs on which a step of DPO lowers both: above 0", lowered, 1e-9, atLeast: true, context.Seeds),
            Measure.Mean("change of the log-probability of other answers by an accepted step, relative: at most 0.005", elsewhere, 0.005, atLeast: false, context.Seeds),
        ];
        var table = new EvidenceTable("By seed", ["seed", "accepted", "DPO lowers both"], [.. context.Seeds.Select((seed, index) => (string[])[$"{seed}", Ledger.Number(accepted[index]), Ledger.Number(lowered[index])])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    /// <summary>Two log-probabilities that are linear in the weights, with gradients of a given correlation.</summary>
    private static (double Success, double Cosine) Linear(int dimensions, double correlation, int seed, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var (chosen, rejected) = (zeros(dimensions, ScalarType.Float64), zeros(dimensions, ScalarType.Float64));
        using (var first = chosen.narrow(0, 0, 1))
            first.FillWith(1);
        using (var first = rejected.narrow(0, 0, 1))
            first.FillWith(correlation);
        using (var second = rejected.narrow(0, 1, 1))
            second.FillWith(Math.Sqrt(1 - correlation * correlation));
        var step = new ComparisonOracle(Directions).Propose(zeros(dimensions, ScalarType.Float64), weights => ((weights * chosen).sum().item<double>(), (weights * rejected).sum().item<double>()), (ulong)seed, cancel);
        var dpo = rejected - chosen;
        return (step.Success, (step.Direction * dpo).sum().item<double>() / dpo.Squared().sum().sqrt().item<double>());
    }

    private static (bool Accepted, bool Both, bool Lowered, double Elsewhere) Try(TabularWorld world, int seed, int index, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var policy = new TabularPolicy(world);
        var known = policy.LogProbs();
        var draws = new Draws(seed, "compo", index);
        var one = draws.NextOf(policy.Shares());
        var other = Enumerable.Range(0, known.Length).Where(answer => answer != one).MinBy(answer => world.Features[answer].Zip(world.Features[one], (a, b) => (a - b) * (a - b)).Sum()); // answers that are much alike
        var (better, worse) = world.Rewards[one] > world.Rewards[other] ? (one, other) : (other, one);
        var step = new ComparisonOracle(Directions / 4, Radius: 1e-3, StepSize: 0.1).Propose(tensor(world.Start.ToArray()), weights => At(weights) is var logs ? (logs[better], logs[worse]) : default, new Draws(seed, "compo.directions", index).NextBits(), cancel);
        var after = At(step.Weights);
        TabularTraining.Run(world, policy, known, [new TabularPair(better, worse)], new DirectPreferenceOptimization(0.1), 1, 0.05);
        var trained = policy.LogProbs();
        return (step.Accepted, after[better] > known[better] && after[worse] < known[worse], trained[better] < known[better] && trained[worse] < known[worse],
            Math.Abs(Enumerable.Range(0, known.Length).Where(answer => answer != better && answer != worse).Average(answer => after[answer] - known[answer]) / known.Average()));

        double[] At(Tensor weights) => TabularPolicy.LogProbs(world, weights.data<double>().ToArray());
    }
}
