using Plumbline.Alignment;
using Plumbline.Reproductions.Tabular;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;

namespace Plumbline.Reproductions.Papers;

/// <summary>Preference data in stages, each anchored at what the stage before made (097).</summary>
internal sealed class StepwiseAnchor : IReproduction
{
    private const double Beta = 0.5, Rate = 0.05;
    private const int Pairs = 2000, Steps = 400;

    public string Number => "097";

    public string Name => "sdpo";

    public string Claim => "The same pairs in stages, easy ones first, with the anchor moved up between stages, align better than all at once.";

    public FourFields Fields => new("all weights; the anchor is what the stage before made", "pairs in stages, those first that the start has right", "a judge who prefers the better answer most of the time", "pair-wise: dpo");

    public bool HasFastForm => true;

    public string? Remark => """
        The gain over one stage is that of a smaller β: two stages each at β end where one at β/2 ends, exactly so in a table and in three answers above. Held against
        that, moving the anchor gains nothing here, and sorting loses: the pairs that the start has right are those where judge and start agree by chance too, so the first
        stage learns from a biased sample. The paper compares with one stage at the same β.
        """;

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        double[] rewards = [0.5, 0, -0.2], reference = [0.2, 0.3, 0.5];
        var first = RegularisedOptimum.Policy(reference, rewards, 0.5);
        var second = RegularisedOptimum.Policy(first, rewards, 0.5);
        var half = RegularisedOptimum.Policy(reference, rewards, 0.25);
        List<double> staged = [], shuffled = [], once = [], halved = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            cancellationToken.ThrowIfCancellationRequested();
            var worlds = Enumerable.Range(0, context.Fast ? 1 : 8).Select(world => 8 * seed + world).ToArray();
            staged.Add(worlds.Average(world => Run(world, 2, easyFirst: true, Beta)));
            shuffled.Add(worlds.Average(world => Run(world, 2, easyFirst: false, Beta)));
            once.Add(worlds.Average(world => Run(world, 1, easyFirst: true, Beta)));
            halved.Add(worlds.Average(world => Run(world, 1, easyFirst: true, Beta / 2)));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("two stages, each to its optimum, share of the first of three answers", second[0], 0.737992),
            Measure.Exact("greatest difference from one stage with half of β", second.Zip(half, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-12),
            Measure.Difference("true reward, two stages less one, as many pairs and steps: above 0", staged, once, context.Seeds),
            Measure.Difference("true reward, two stages less one with half of β: above 0", staged, halved, context.Seeds),
            Measure.Difference("true reward, easy pairs first less a random split: at least 0", staged, shuffled, context.Seeds),
        ];
        var table = new EvidenceTable("True reward, mean over seeds", ["two stages, easy first", "two stages, random", "one stage", "one stage, half of β"],
            [[.. ((List<double>[])[staged, shuffled, once, halved]).Select(values => Ledger.Number(values.Average()))]]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    private static double Run(int seed, int stages, bool easyFirst, double beta)
    {
        var world = TabularWorld.Draw(seed, againstReward: 0);
        var policy = new TabularPolicy(world);
        var known = policy.LogProbs();
        var pairs = world.Compare(policy.Shares(), Pairs, new Draws(seed, "sdpo"));
        var ordered = easyFirst ? pairs.OrderByDescending(pair => known[pair.Chosen] - known[pair.Rejected]) : pairs.AsEnumerable();
        foreach (var stage in ordered.Chunk(Pairs / stages))
        {
            policy = policy.Copy();
            TabularTraining.Run(world, policy, policy.LogProbs(), stage, new DirectPreferenceOptimization(beta), Steps / stages, Rate);
        }
        return world.Reward(policy.Shares());
    }
}
