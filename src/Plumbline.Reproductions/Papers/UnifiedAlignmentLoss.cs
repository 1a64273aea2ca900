using Plumbline.Alignment;
using Plumbline.Reproductions.Tabular;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;

namespace Plumbline.Reproductions.Papers;

/// <summary>Demonstrations and answers judged one by one in a single loss (116).</summary>
internal sealed class UnifiedAlignmentLoss : IReproduction
{
    private const double Beta = 0.5, Rate = 0.05;
    private const int Answers = 2000, Steps = 400;

    public string Number => "116";

    public string Name => "ulma";

    public string Claim => "Likelihood of good answers and a point-wise preference loss of bad ones, in one stage, do as well as pairs or better where answers were judged one by one.";

    public FourFields Fields => new("all weights, against a frozen anchor", "answers judged one by one", "a label for each answer, right most of the time", "point-wise: ulma");

    public bool HasFastForm => true;

    public string? Remark => """
        Likelihood of the good answers makes the policy as good as the good half of what the start writes, and no better: it has no reason to prefer the best of them. Losses on ratios
        go on. With one prompt and many answers to it that difference is all there is; the paper's data have many prompts and demonstrations better than the start.
        """;

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var worlds = context.Fast ? 1 : 8;
        List<double> unified = [], prospect = [], paired = [], before = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            var some = Enumerable.Range(0, worlds).Select(world => Run(8 * seed + world, cancellationToken)).ToArray();
            unified.Add(some.Average(run => run.Unified));
            prospect.Add(some.Average(run => run.Prospect));
            paired.Add(some.Average(run => run.Paired));
            before.Add(some.Average(run => run.Start));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("bad answer of the hand batch, β = 0.1, means per token", HandBatch.Of(new UnifiedAlignment(0.1), good: false), 0.685675),
            Measure.Exact("the same, sums", HandBatch.Of(new UnifiedAlignment(0.1, PerToken: false), good: false), 0.663597),
            Measure.Exact("good answer, point-wise dpo", HandBatch.Of(new PointwisePreferenceOptimization(0.1), good: true), 0.673347),
            Measure.Exact("continuous, label 1, sums", HandBatch.Of(new PointwisePreferenceOptimization(0.1, Continuous: true), good: true), 0.9216),
            Measure.Exact("continuous, label 0, sums", HandBatch.Of(new PointwisePreferenceOptimization(0.1, Continuous: true), good: false), 0.0036),
            Measure.Difference("true reward, ulma less kto: above −0.01", unified, prospect, context.Seeds, -0.01),
            Measure.Difference("true reward, ulma less dpo on random pairs of a good and a bad answer: above 0", unified, paired, context.Seeds),
            Measure.Difference("true reward, ulma less the start: above 0", unified, before, context.Seeds),
        ];
        var table = new EvidenceTable("True reward, mean over seeds", ["start", "ulma", "kto", "dpo on random pairs"],
            [[.. ((List<double>[])[before, unified, prospect, paired]).Select(values => Ledger.Number(values.Average()))]]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    private static (double Start, double Unified, double Prospect, double Paired) Run(int seed, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var world = TabularWorld.Draw(seed, againstReward: 0);
        var first = new TabularPolicy(world);
        var (anchor, shares) = (first.LogProbs(), first.Shares());
        var labelled = PreferenceFamily.Labelled(world, shares, Answers, new Draws(seed, "ulma"));
        var (good, bad) = (labelled.Where(each => each.Label == 1).ToArray(), labelled.Where(each => each.Label == 0).ToArray());
        TabularPair[] pairs = [.. good.Zip(new Draws(seed, "ulma.pairs").Shuffle(bad), (better, worse) => new TabularPair(better.Answer, worse.Answer))];
        var (unified, prospect, paired) = (first.Copy(), first.Copy(), first.Copy());
        TabularTraining.Run(world, unified, anchor, labelled, new UnifiedAlignment(Beta, PerToken: false), Steps, Rate);
        TabularTraining.Run(world, prospect, anchor, labelled, new KahnemanTverskyOptimization(Beta), Steps, Rate);
        TabularTraining.Run(world, paired, anchor, pairs, new DirectPreferenceOptimization(Beta), Steps, Rate);
        return (world.Reward(shares), world.Reward(unified.Shares()), world.Reward(prospect.Shares()), world.Reward(paired.Shares()));
    }
}
