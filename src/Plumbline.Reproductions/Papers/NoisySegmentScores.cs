using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Tabular;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>Preference optimisation by segments with a score each, made robust to noise in those scores (080).</summary>
internal sealed class NoisySegmentScores : IReproduction
{
    private const int Segments = 4, Steps = 150;
    private const double Beta = 1, Rate = 0.05;
    private static readonly double[] Noise = [0, 0.3, 0.6];

    public string Number => "080";

    public string Name => "robust-2d-dpo";

    public string Claim => "Scores by segment teach more than a verdict on the whole answer, and a robust loss loses less when the scores are noisy.";

    public FourFields Fields => new("all weights; the anchor is the start", "pairs of answers of four segments each", "a score for each segment, with noise", "pair-wise by segment: 2D-DPO, plain or less what noise adds in the mean");

    public bool HasFastForm => true;

    public string? Missing => "scores by aspect, and sentences of a language model: here segments are drawn one by one. How the paper itself makes the loss robust was not to be had: the form is ours.";

    public string? Remark => "2D-DPO falls behind DPO because it weighs the segments of the worse answer by their scores: its worst segments, with scores near 0, are hardly pushed down, and its good ones are. "
        + "Weighed by 1 − score instead (a row of the table) they are.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var rewards = new Dictionary<(string Loss, double Noise), List<double>>();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var noise in Noise)
            {
                foreach (var (name, loss) in Losses(noise))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (!rewards.TryGetValue((name, noise), out var known))
                        rewards[(name, noise)] = known = [];
                    var worlds = context.Fast ? 1 : 4;
                    known.Add(Enumerable.Range(0, worlds).Average(world => Run(worlds * seed + world, noise, context.Fast ? 60 : 200, loss)));
                }
            }
        }
        double[] Of(string loss, double noise) => [.. rewards[(loss, noise)]];
        double[] Lost(string loss) => [.. Of(loss, 0).Zip(Of(loss, 0.6), (clean, noisy) => clean - noisy)];
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("loss of the hand batch in two segments", HandBatch(), 1.369867),
            Measure.Exact("what noise of deviation .5 adds to log(1 + e^−.8), to second order", Term(0) - Term(0.5), .017112, 2e-6),
            Measure.Difference("true reward lost from noise 0 to 0.6, plain less robust: above 0", Lost("2D-DPO"), Lost("robust"), context.Seeds),
            Measure.Exact("true reward without noise, robust less plain", Of("robust", 0).Average() - Of("2D-DPO", 0).Average(), 0),
            Measure.Difference("true reward without noise, 2D-DPO less DPO: above 0", Of("2D-DPO", 0), Of("DPO", 0), context.Seeds),
        ];
        var table = new EvidenceTable("True reward of a segment", ["loss", .. Noise.Select(noise => string.Create(CultureInfo.InvariantCulture, $"noise {noise}"))],
            [.. rewards.Keys.Select(key => key.Loss).Distinct().Select(loss => (string[])[loss, .. Noise.Select(noise => Text(Of(loss, noise).Average()))])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    private static IEnumerable<(string Name, Func<SegmentPairs, Tensor> Loss)> Losses(double noise) =>
    [
        ("DPO", pairs => Whole(pairs)),
        ("2D-DPO", pairs => new SegmentPreferenceOptimization(Beta).Compute(pairs).Value),
        ("robust", pairs => new SegmentPreferenceOptimization(Beta) { ScoreDeviation = noise }.Compute(pairs).Value),
        ("2D-DPO, the worse answer weighed by 1 − score", pairs => new SegmentPreferenceOptimization(Beta).Compute(pairs with { RejectedScores = [.. pairs.RejectedScores.Select(scores => scores.Select(score => 1 - score).ToArray())] }).Value),
        ("bounded", pairs => new SegmentPreferenceOptimization(Beta) { ScoreBound = noise }.Compute(pairs).Value),
    ];

    /// <summary>DPO of whole answers: sums over their segments, and no score.</summary>
    private static Tensor Whole(SegmentPairs pairs)
    {
        var (chosen, rejected) = (pairs.Chosen.view(-1, Segments).sum(1), pairs.Rejected.view(-1, Segments).sum(1));
        return new DirectPreferenceOptimization(Beta).Compute(new PairLogProbs(chosen, rejected, zeros_like(chosen), zeros_like(rejected), ones_like(chosen), ones_like(rejected))).Value;
    }

    private static double HandBatch()
    {
        using var scope = NewDisposeScope();
        return new SegmentPreferenceOptimization(0.1).Compute(new(tensor([0.1, 0.3]), tensor([-0.6, 0.0]), [[0.9, 0.4]], [[0.2, 0.7]])).Value.item<double>();
    }

    private static double Term(double deviation)
    {
        using var scope = NewDisposeScope();
        return new SegmentPreferenceOptimization(1) { ScoreDeviation = deviation }.PerTerm(tensor([0.8]), tensor([0.8]), tensor([0.0])).item<double>();
    }

    private static double Run(int seed, double noise, int pairs, Func<SegmentPairs, Tensor> loss)
    {
        var (world, draws, scoring) = (TabularWorld.Draw(seed), new Draws(seed, "2d-dpo"), new Draws(seed, "2d-dpo.scores"));
        var policy = new TabularPolicy(world);
        var anchor = policy.LogProbs();
        var shares = policy.Shares();
        (int[] Better, int[] Worse)[] answers = [.. Enumerable.Range(0, pairs).Select(_ => (Answer(), Answer())).Select(pair => Worth(pair.Item1) >= Worth(pair.Item2) ? pair : (pair.Item2, pair.Item1))];
        double[][] better = [.. answers.Select(pair => Scores(pair.Better))], worse = [.. answers.Select(pair => Scores(pair.Worse))];
        long[] chosen = [.. answers.SelectMany(pair => pair.Better).Select(each => (long)each)], rejected = [.. answers.SelectMany(pair => pair.Worse).Select(each => (long)each)];
        TabularDescent.Run(policy, logProbs =>
        {
            var gained = logProbs - tensor(anchor);
            return loss(new(gained.index_select(0, tensor(chosen)), gained.index_select(0, tensor(rejected)), better, worse));
        }, Steps, Rate);
        return world.Reward(policy.Shares());

        int[] Answer() => [.. Enumerable.Range(0, Segments).Select(_ => draws.NextOf(shares))];
        double Worth(int[] answer) => answer.Sum(segment => world.Rewards[segment]);
        double[] Scores(int[] answer) => [.. answer.Select(segment => 1 / (1 + Math.Exp(-2 * world.Rewards[segment])) + noise * scoring.NextNormal())];
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
