using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Training.Games;
using Plumbline.Training.Objectives;

namespace Plumbline.Reproductions.Papers;

/// <summary>A reward that is the geometric mean of what a reply is worth to both sides (024, training part).</summary>
internal sealed class GtAlign : IReproduction
{
    private const int Answers = 8, Steps = 400;
    private const double Rate = 0.2, Lopsided = 1 / 3.0;

    private static readonly (string Name, Func<Payoff, double> Reward)[] Arms =
    [
        ("product", payoff => Welfare.Product(payoff.User, payoff.Model)),
        ("sum", payoff => Welfare.Mean(payoff.User, payoff.Model)),
        ("user alone", payoff => payoff.User),
        ("model alone", payoff => payoff.Model),
    ];

    public string Number => "024";

    public string Name => "gtalign";

    public string Claim => "A policy that is paid by the product of both welfares ends on replies that are good for both; one that is paid by their sum, or by one of them, does not.";

    public FourFields Fields => new("a policy over types of reply, one for each state", "replies of the policy's own", "the payoffs of user and model, joined into one number", "policy gradient: advantages within groups");

    public bool HasFastForm => true;

    public string? Missing => "a language model that writes the payoff table into its reasoning, and the terms for quality, format and length that its scores are made of: here payoffs are drawn.";

    public string? Remark => "That the product never ends lopsided needs a world in which replies trade one welfare against the other. Where payoffs are drawn freely it does so too, only less often than the sum.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var states = context.Fast ? 40 : 400;
        var outcomes = new Dictionary<(string Arm, bool Free), (List<double> Least, List<double> Lopsided)>();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("bandits", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var free in (bool[])[false, true])
            {
                PayoffTable[] worlds = [.. Enumerable.Range(0, states).Select(state => Draw(new Draws(seed, free ? "gtalign.free" : "gtalign", state), free))];
                foreach (var (name, reward) in Arms)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Payoff[] ends = [.. worlds.Select((world, state) => Learn(world, reward, new Draws(seed, "gtalign.learn", state)))];
                    var (least, lopsided) = outcomes.TryGetValue((name, free), out var known) ? known : outcomes[(name, free)] = ([], []);
                    least.Add(ends.Average(end => Math.Min(end.User, end.Model)));
                    lopsided.Add(ends.Count(IsLopsided) / (double)states);
                }
            }
        }
        (List<double> Least, List<double> Lopsided) Of(string arm, bool free = false) => outcomes[(arm, free)];
        var vague = new PayoffTable([new(2, 1), new(3, 3), new(2.5, 3.5)]);
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("product of .9 and .1", Welfare.Product(.9, .1), .3),
            Measure.Exact("product of .5 and .5", Welfare.Product(.5, .5), .5),
            Measure.Exact("mean of .9 and .1 less that of .5 and .5", Welfare.Mean(.9, .1) - Welfare.Mean(.5, .5), 0),
            Measure.Exact("vague query (2, 1), (3, 3), (2.5, 3.5): the first reply of the Pareto set", vague.ParetoSet[0] + 1, 2),
            Measure.Exact("replies in it", vague.ParetoSet.Count, 2),
            Measure.Exact("the choice by sum, where two tie and the user decides", vague.Choose() + 1, 3),
            Measure.Exact("the choice by product", vague.Choose(byProduct: true) + 1, 2),
            Measure.Mean("states in which the sum ends lopsided (one welfare under a third of the other), share: above 0", Of("sum").Lopsided, 1e-9, atLeast: true, context.Seeds),
            Measure.Mean("states in which the product does: 0", Of("product").Lopsided, 0, atLeast: false, context.Seeds),
            .. Arms.Skip(1).Select(arm => Measure.Difference($"smaller welfare, product less {arm.Name}: above 0", Of("product").Least, Of(arm.Name).Least, context.Seeds)),
            Measure.Difference("payoffs drawn freely: lopsided states, sum less product: above 0", Of("sum", true).Lopsided, Of("product", true).Lopsided, context.Seeds),
        ];
        var table = new EvidenceTable("Where the bandits end", ["paid by", "trade-off: smaller welfare", "lopsided", "free: smaller welfare", "lopsided"],
            [.. Arms.Select(arm => (string[])[arm.Name, Text(Of(arm.Name).Least), Text(Of(arm.Name).Lopsided), Text(Of(arm.Name, true).Least), Text(Of(arm.Name, true).Lopsided)])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    /// <summary>Four replies: of about the same sum, one of them balanced; or anything.</summary>
    private static PayoffTable Draw(Draws draws, bool free)
    {
        return new([.. Enumerable.Range(0, 4).Select(reply => free ? new Payoff(draws.NextDouble(), draws.NextDouble()) : Trade(reply == 0 ? 0.1 : 0.45))]);

        Payoff Trade(double most)
        {
            var (half, gap) = (0.5 + 0.05 * (draws.NextDouble() - 0.5), most * (2 * draws.NextDouble() - 1));
            return new(half - gap, half + gap);
        }
    }

    /// <summary>The reply that a softmax over replies has come to prefer.</summary>
    private static Payoff Learn(PayoffTable world, Func<Payoff, double> reward, Draws draws)
    {
        var objective = new GroupPolicyGradient();
        var logits = new double[world.Replies.Count];
        for (var step = 0; step < Steps; step++)
        {
            var sum = logits.Sum(Math.Exp);
            double[] shares = [.. logits.Select(logit => Math.Exp(logit) / sum)];
            int[] tried = [.. Enumerable.Range(0, Answers).Select(_ => draws.NextOf(shares))];
            foreach (var (reply, advantage) in tried.Zip(objective.Advantages([.. tried.Select(reply => reward(world.Replies[reply]))])))
            {
                for (var other = 0; other < logits.Length; other++)
                    logits[other] += Rate / Answers * advantage * ((other == reply ? 1 : 0) - shares[other]);
            }
        }
        return world.Replies[Array.IndexOf(logits, logits.Max())];
    }

    private static bool IsLopsided(Payoff end) => Math.Min(end.User, end.Model) < Lopsided * Math.Max(end.User, end.Model);

    private static string Text(List<double> values) => values.Average().ToString("0.000", CultureInfo.InvariantCulture);
}
