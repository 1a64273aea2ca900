using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Tabular;
using Plumbline.Reproductions.Tokens;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;
using Plumbline.Worlds.Tokens;

namespace Plumbline.Reproductions.Papers;

/// <summary>DPO and its variants under one roof: their values on one pair, and what tells them apart (060).</summary>
internal sealed class PreferenceFamily : IReproduction
{
    private const double Beta = 0.5, Rate = 0.05, Flipped = 0.3;
    private const int Pairs = 2000, Steps = 400;

    /// <summary>By hand, β = 0.1 and 0.5, from the formulas of the papers.</summary>
    private static readonly (string Name, double Small, double Large)[] ByHand =
    [
        ("dpo", 0.644397, 0.474077), ("cdpo", 0.654397, 0.524077), ("robust-dpo", 0.631897, 0.411577), ("hinge", 0.9, 0.5), ("ipo", 16, 0), ("nca", 1.361819, 1.274386),
        ("bco-pair", 1.336944, 1.152494), ("apo-zero", 0.975006, 0.875723), ("apo-down", 0.985019, 0.927375), ("sppo", 40.52, 0.52), ("cpo", 1.120957, 0.886871),
    ];

    public string Number => "060";

    public string Name => "dpo-family";

    public string Claim => "The variants of DPO are one loss with other links, anchors and weights, and each mends what it was made to mend.";

    public FourFields Fields => new("all weights, against a frozen anchor or none", "pairs; single answers for kto", "labels, some of them wrong", "pair-wise or point-wise, by name");

    public bool HasFastForm => true;

    public string? Remark => "Length is learnt by a decoder of 0.1 million weights in a world of 39 tokens, from a judge who likes long answers besides good ones: the same pairs, steps and rate for both losses. It has no row in the fast form.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var worlds = context.Fast ? 1 : 6;
        var runs = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            var some = Enumerable.Range(0, worlds).Select(world => Run(6 * seed + world, cancellationToken)).ToArray();
            foreach (var name in some[0].Keys)
                (runs.TryGetValue(name, out var known) ? known : runs[name] = []).Add(some.Average(run => run[name]));
        }
        var values = ByHand.Select(each => (each.Name, each.Small, each.Large, At: HandBatch.Of(Loss(each.Name, 0.1)), AtLarge: HandBatch.Of(Loss(each.Name, 0.5)))).ToArray();
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact($"greatest difference of {2 * values.Length} values from those by hand", values.Max(each => Math.Max(Math.Abs(each.At - each.Small), Math.Abs(each.AtLarge - each.Large))), 0),
            Measure.Mean("where labels are certain, mean margin of dpo after 4 times the steps over that before: at least 1.5", Ratio("dpo, long", "dpo, short"), 1.5, atLeast: true, context.Seeds),
            Measure.Mean("the same of ipo: at most 1.1", Ratio("ipo, long", "ipo, short"), 1.1, atLeast: false, context.Seeds),
            Measure.Difference("true reward with 30 % of labels turned round, robust-dpo less dpo: above 0", runs["robust-dpo, noisy"], runs["dpo, noisy"], context.Seeds),
            Measure.Difference("true reward of kto on answers that no pair holds together, less the start: above 0", runs["kto, unpaired"], runs["start"], context.Seeds),
        ];
        if (!context.Fast)
            rows = [.. rows, Lengths(context, cancellationToken)];
        var table = new EvidenceTable("Values on the hand batch", ["loss", "β = 0.1", "β = 0.5"], [.. values.Select(each => (string[])[each.Name, Text(each.At), Text(each.AtLarge)])]);
        var rewards = new EvidenceTable("True reward, mean over seeds", ["start", "dpo, noisy", "robust-dpo, noisy", "kto, unpaired"],
            [[.. ((string[])["start", "dpo, noisy", "robust-dpo, noisy", "kto, unpaired"]).Select(name => Ledger.Number(runs[name].Average()))]]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table, rewards]));

        double[] Ratio(string after, string before) => [.. runs[after].Zip(runs[before], (one, other) => one / other)];
    }

    /// <summary>How much longer answers become.</summary>
    private static MeasuredClaim Lengths(ReproductionContext context, CancellationToken cancel)
    {
        List<double> sums = [], means = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("decoders", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            using var start = TokenLearner.Learn(seed, habits: 2, 800, cancel);
            var pairs = OwnAnswers.Compared(start, 320, flipped: 0, seed, "dpo-family");
            sums.Add(LengthAfter(new DirectPreferenceOptimization(0.1)));
            means.Add(LengthAfter(new SimplePreferenceOptimization(2, 0.5)));

            double LengthAfter(PairObjective objective)
            {
                using var learner = start.Copy();
                PreferenceTraining.Run(learner.Decoder, pairs, new EpochOrder(pairs.Count, 32, seed, "dpo-family").Batch, objective, TokenWorld.Longest, TokenLearner.Options(100, OwnAnswers.Rate), null, cancel);
                return learner.Sample(seed, "length", 600).Average(text => (double)text.Answer.Length);
            }
        }
        return Measure.Difference("mean tokens of a decoder's answers, dpo less simpo, where the judge likes length: above 0", sums, means, context.Seeds);
    }

    private static Dictionary<string, double> Run(int seed, CancellationToken cancel)
    {
        var world = TabularWorld.Draw(seed, againstReward: 0);
        var first = new TabularPolicy(world);
        var (anchor, shares) = (first.LogProbs(), first.Shares());
        var noisy = world.Compare(shares, Pairs, new Draws(seed, "dpo-family.noisy"), flipped: Flipped);
        var found = new Dictionary<string, double>(StringComparer.Ordinal) { ["start"] = world.Reward(shares) };
        var free = TabularWorld.Draw(seed, answers: 20, features: 20, againstReward: 0); // a policy of it can order the answers in every way
        var certain = free.Compare(new TabularPolicy(free).Shares(), Pairs / 4, new Draws(seed, "dpo-family.certain"), decided: true).Where(pair => pair.Chosen != pair.Rejected).ToArray();
        foreach (var name in (string[])["dpo", "ipo"])
        {
            cancel.ThrowIfCancellationRequested();
            var policy = new TabularPolicy(free);
            var frozen = policy.LogProbs();
            found[$"{name}, short"] = TabularTraining.Run(free, policy, frozen, certain, Loss(name, Beta), Steps, Rate);
            found[$"{name}, long"] = TabularTraining.Run(free, policy, frozen, certain, Loss(name, Beta), 3 * Steps, Rate);
        }
        foreach (var name in (string[])["dpo", "robust-dpo"])
        {
            cancel.ThrowIfCancellationRequested();
            var policy = first.Copy();
            TabularTraining.Run(world, policy, anchor, noisy, name == "dpo" ? Loss(name, Beta) : new RobustPreferenceOptimization(Beta, Flipped), Steps, Rate);
            found[$"{name}, noisy"] = world.Reward(policy.Shares());
        }
        var lone = first.Copy();
        TabularTraining.Run(world, lone, anchor, Labelled(world, shares, Pairs, new Draws(seed, "dpo-family.lone")), new KahnemanTverskyOptimization(Beta), Steps, Rate);
        found["kto, unpaired"] = world.Reward(lone.Shares());
        return found;
    }

    /// <summary>Answers of a policy, each called good as often as it beats one of reward 0.</summary>
    internal static (int Answer, double Label)[] Labelled(TabularWorld world, double[] shares, int count, Draws draws) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var answer = draws.NextOf(shares);
        return (answer, draws.Chance(1 / (1 + Math.Exp(-world.Rewards[answer]))) ? 1.0 : 0);
    })];

    private static PairObjective Loss(string name, double beta) => NamedObjectives.Find(name).Pair(new Dictionary<string, double> { ["beta"] = beta }, name);

    private static string Text(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);
}
