using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Tabular;
using Plumbline.Statistics;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>Imitates the best of several rated answers and keeps the others at a distance set by their ratings (108, Stable Alignment: the training).</summary>
internal sealed class RatedDistances : IReproduction
{
    private const int ListLength = 3;
    private const double Weight = 0.2, Published = 10, Rate = 0.05;
    private static readonly double[] Margins = [0, 1, 3, 10, 30, 100];

    public string Number => "108";

    public string Name => "stable-alignment";

    public string Claim => "Distances that follow ratings order answers better than imitation of the best alone, and better than an order without distances.";

    public FourFields Fields => new("all weights; no anchor", "three rated answers of the start to each prompt", "ratings from 1 to 7", "list-wise: the best answer, and hinges of distances to it");

    public bool HasFastForm => true;

    public string? Missing => "the simulated society that writes and rates the answers: here a world draws and rates them.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        List<Outcome> imitation = [];
        List<Outcome>[] ranked = [.. Margins.Select(_ => new List<Outcome>())];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            cancellationToken.ThrowIfCancellationRequested();
            imitation.Add(Run(seed, context.Fast, ListHinge.StableAlignment(0, 0)));
            foreach (var (at, margin) in Margins.Index())
                ranked[at].Add(Run(seed, context.Fast, ListHinge.StableAlignment(margin, Weight)));
        }
        List<Outcome> At(double margin) => ranked[Array.IndexOf(Margins, margin)];
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("hand example, hinge of the mean", HandExample(HingeOver.Mean), 1.010000),
            Measure.Exact("hand example, mean of hinges", HandExample(HingeOver.EachInMean), 1.011429),
            Measure.Difference($"rank correlation of log p and rating over all answers, margin {Published} less imitation: above 0", Order(At(Published)), Order(imitation), context.Seeds),
            Measure.Difference($"the same, margin {Published} less margin 0: above 0", Order(At(Published)), Order(At(0)), context.Seeds),
            Measure.Difference("cost of the best answer of lists not trained on, margin 100 less margin 1: above 0", [.. At(100).Select(each => each.Cost)], [.. At(1).Select(each => each.Cost)], context.Seeds),
        ];
        var table = new EvidenceTable("Rank correlation of log p and rating, cost −log p of the best answer of lists not trained on, and true reward", ["training", "rank correlation", "cost", "reward"],
            [Row("imitation of the best", imitation), .. Margins.Zip(ranked, (margin, outcomes) => Row(string.Create(CultureInfo.InvariantCulture, $"margin {margin}"), outcomes))]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));

        static double[] Order(List<Outcome> outcomes) => [.. outcomes.Select(each => each.Correlation)];
        static string[] Row(string training, List<Outcome> outcomes) => [training, Text(outcomes.Average(each => each.Correlation)), Text(outcomes.Average(each => each.Cost)), Text(outcomes.Average(each => each.Reward))];
    }

    /// <summary>Costs (1.0, 1.6, 1.3), ratings (7, 2, 5), M = 1, λ = .2.</summary>
    private static double HandExample(HingeOver over)
    {
        using var scope = NewDisposeScope();
        return ListHinge.StableAlignment(1, 0.2, over).Compute(new(tensor([-1.0, -1.6, -1.3]), [[7, 2, 5]])).Value.item<double>();
    }

    private static Outcome Run(int seed, bool fast, ListHinge objective)
    {
        var world = TabularWorld.Draw(seed);
        double[] ratings = [.. world.Rewards.Select(reward => Math.Clamp(Math.Round(4 + 1.5 * reward), 1, 7))];
        var policy = new TabularPolicy(world);
        int[][] Lists(string purpose, int count)
        {
            var draws = new Draws(seed, purpose);
            return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, ListLength).Select(_ => draws.NextOf(policy.Shares())).ToArray())];
        }
        var held = Lists("stable.held-out", 200);
        var trained = Lists("stable.trained", fast ? 60 : 200);
        long[] answers = [.. trained.SelectMany(list => list).Select(answer => (long)answer)];
        double[][] rated = [.. trained.Select(list => list.Select(answer => ratings[answer]).ToArray())];
        TabularDescent.Run(policy, logProbs => objective.Compute(new(logProbs.index_select(0, tensor(answers)), rated)).Value, fast ? 60 : 200, Rate);
        var after = policy.LogProbs();
        return new(RankCorrelation.Of(after, ratings), -held.Average(list => after[list.MaxBy(answer => ratings[answer])]), world.Reward(policy.Shares()));
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private sealed record Outcome(double Correlation, double Cost, double Reward);
}
