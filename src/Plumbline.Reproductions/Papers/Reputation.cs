using MathNet.Numerics.Distributions;
using Plumbline.Alignment;
using Plumbline.Worlds.Ratings;

namespace Plumbline.Reproductions.Papers;

/// <summary>A pool of models that duel and judge each other, with votes that weigh as much as their reputation (031).</summary>
internal sealed class Reputation : IReproduction
{
    private const int Models = 5, Rounds = 5, Duels = 200, Steps = 30, Nearest = 3, Attributes = 8;
    private const double Beta = 0.1, Rate = 0.2, AnyOpponent = 0.6;

    public string Number => "031";

    public string Name => "sparta";

    public string Claim => "Models that judge each other's duels come to know who judges well, and the pool becomes better than each model that rewards itself.";

    public FourFields Fields => new("a pool of policies; the anchor is each policy as it was at the beginning of the round", "duels of two policies' answers", "grades of the other policies, weighted by reputation", "pair-wise: dpo");

    public bool HasFastForm => true;

    public string? Missing => "The pool is of policies over vectors of attributes, not of language models.";

    public string? Remark => "Better models judge better here, by construction and with exceptions, as the paper supposes; reputation is won by answering well, and says how well a model judges only so far as the two go together. "
        + "Self-rewarding learns as many pairs as the whole pool does, judged by one model. The strongest model does better alone: it begins a unit of reward ahead of the pool's mean, "
        + "judges with little noise, and its own pairs, unlike the duels of others, lie where it stands.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var outcomes = new List<Outcome>();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("pools", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            cancellationToken.ThrowIfCancellationRequested();
            var pools = Enumerable.Range(0, context.Fast ? 4 : 24).Select(pool => Play(100 * seed + pool)).ToArray();
            outcomes.Add(new Outcome(pools.Average(pool => pool.Correlation), pools.Average(pool => pool.Weighted), pools.Average(pool => pool.Unweighted), pools.Average(pool => pool.Pool), pools.Average(pool => pool.SelfMean), pools.Average(pool => pool.SelfBest), pools.Average(pool => pool.Start)));
        }
        List<double> Of(Func<Outcome, double> number) => [.. outcomes.Select(number)];
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("judges of 110 and 90 give 8 and 6 against 5 and 7: difference", Vote([110, 90], [8, 6], [5, 7]), 1.2, 1e-12),
            Measure.Exact("equal ratings, deviation 5, K 10: change of a rating", Change(1.2, 100, 100, 5, 5, 10), 0.006, 5e-4),
            Measure.Exact("rating 100 against 110: change", Change(1.2, 100, 110, 5, 5, 10), 0.5056, 5e-5),
            Measure.Mean("rank correlation of reputation and judging skill after 5 rounds: above 0.7", Of(each => each.Correlation), 0.7, atLeast: true, context.Seeds),
            Measure.Difference("share of votes that agree with the truth, weighted less unweighted: above 0", Of(each => each.Weighted), Of(each => each.Unweighted), context.Seeds),
            Measure.Difference("true reward, mean of the pool less mean of self-rewarding models: above 0", Of(each => each.Pool), Of(each => each.SelfMean), context.Seeds),
            Measure.Difference("true reward, mean of the pool less the best self-rewarding model: above 0", Of(each => each.Pool), Of(each => each.SelfBest), context.Seeds),
        ];
        var table = new EvidenceTable("Mean over seeds", ["reward at the start", "pool", "self-rewarding, mean", "self-rewarding, best", "weighted votes agree", "unweighted", "rank correlation"],
            [[.. ((Func<Outcome, double>[])[each => each.Start, each => each.Pool, each => each.SelfMean, each => each.SelfBest, each => each.Weighted, each => each.Unweighted, each => each.Correlation]).Select(number => Ledger.Number(Of(number).Average()))]]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    /// <summary>d = Σ R·(a − b) / Σ R.</summary>
    private static double Vote(IReadOnlyList<double> ratings, IReadOnlyList<double> first, IReadOnlyList<double> second) =>
        ratings.Zip(first.Zip(second, (a, b) => a - b), (rating, difference) => rating * difference).Sum() / ratings.Sum();

    /// <summary>K·|d|·tanh(dev)·max(|Φ(z) − Φ(−z)|, 0.01)/20, z = (R − R')/√(dev² + dev'²).</summary>
    private static double Change(double vote, double rating, double other, double deviation, double otherDeviation, double scale)
    {
        var z = (rating - other) / Math.Sqrt(deviation * deviation + otherDeviation * otherDeviation);
        return scale * Math.Abs(vote) * Math.Tanh(deviation) * Math.Max(Math.Abs(Normal.CDF(0, 1, z) - Normal.CDF(0, 1, -z)), 0.01) / 20;
    }

    private static Outcome Play(int seed)
    {
        var world = RatingWorld.Draw(seed, Attributes);
        var draws = new Draws(seed, "sparta");
        double[] skill = [.. Enumerable.Range(0, Models).Select(model => (model - (Models - 1) / 2.0) / 2)];
        double[] noise = [.. skill.Select(each => Math.Exp(-each + 0.2 * draws.NextNormal()))];
        double[][] policies = [.. skill.Select(each => world.Weights.Select(weight => each * weight + 0.3 * draws.NextNormal()).ToArray())];
        double[][] alone = [.. policies];
        var start = policies.Average(world.Worth);
        var ratings = Enumerable.Repeat(100.0, Models).ToArray();
        var changes = Enumerable.Range(0, Models).Select(_ => new List<double>()).ToArray();
        var (duels, weighted, unweighted, decided) = (0, 0.0, 0.0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var pairs = new List<(double[] Chosen, double[] Rejected)>();
            for (var duel = 0; duel < Duels; duel++, duels++)
            {
                var one = draws.Next(Models);
                int[] others = [.. Enumerable.Range(0, Models).Where(model => model != one)];
                var other = draws.Chance(AnyOpponent) ? draws.Pick(others) : draws.Pick([.. others.OrderBy(model => Math.Abs(ratings[model] - ratings[one])).Take(Nearest)]);
                var (first, second) = (RatingWorld.Answer(policies[one], draws), RatingWorld.Answer(policies[other], draws));
                int[] judges = [.. others.Where(model => model != other)];
                double[] forFirst = [.. judges.Select(judge => (double)world.Grade(first, noise[judge], draws))], forSecond = [.. judges.Select(judge => (double)world.Grade(second, noise[judge], draws))];
                var (vote, plain) = (Vote([.. judges.Select(judge => ratings[judge])], forFirst, forSecond), Vote([1, 1, 1], forFirst, forSecond));
                var truth = world.Worth(first) - world.Worth(second);
                decided++;
                weighted += Agrees(vote, truth);
                unweighted += Agrees(plain, truth);
                if (vote == 0)
                    continue;
                pairs.Add(vote > 0 ? (first, second) : (second, first));
                double Deviation(int model) => changes[model].Count < 2 ? 0.1 : Math.Max(0.1, Spread([.. changes[model].TakeLast(10)]));
                var scale = Math.Max(5, 10 * Math.Pow(0.9, duels / 10.0));
                var (deviationOne, deviationOther) = (Deviation(one), Deviation(other));
                var (up, down) = (Change(vote, ratings[one], ratings[other], deviationOne, deviationOther, scale), Change(vote, ratings[other], ratings[one], deviationOther, deviationOne, scale));
                Move(one, vote > 0 ? up : -up);
                Move(other, vote > 0 ? -down : down);
            }
            policies = [.. policies.Select(policy => Learn(policy, pairs))];
            alone = [.. alone.Select((policy, model) => Learn(policy, SelfRewarded(world, policy, noise[model], draws)))];
        }
        return new(Correlation(ratings, [.. noise.Select(each => -each)]), weighted / decided, unweighted / decided, policies.Average(world.Worth), alone.Average(world.Worth), alone.Max(world.Worth), start);

        void Move(int model, double change)
        {
            ratings[model] = Math.Max(10, ratings[model] + change);
            changes[model].Add(change);
        }
    }

    private static List<(double[] Chosen, double[] Rejected)> SelfRewarded(RatingWorld world, double[] policy, double noise, Draws draws)
    {
        var pairs = new List<(double[] Chosen, double[] Rejected)>();
        for (var pair = 0; pair < Duels; pair++)
        {
            var (first, second) = (RatingWorld.Answer(policy, draws), RatingWorld.Answer(policy, draws));
            var difference = world.Grade(first, noise, draws) - world.Grade(second, noise, draws);
            if (difference != 0)
                pairs.Add(difference > 0 ? (first, second) : (second, first));
        }
        return pairs;
    }

    /// <summary>DPO against the policy itself: Δ = (y_w − y_l)·(mean − anchor), so its gradient is −β·σ(−β·Δ)·(y_w − y_l).</summary>
    private static double[] Learn(double[] anchor, IReadOnlyList<(double[] Chosen, double[] Rejected)> pairs)
    {
        double[] mean = [.. anchor];
        for (var step = 0; step < Steps; step++)
        {
            var slope = new double[mean.Length];
            foreach (var (chosen, rejected) in pairs)
            {
                var margin = Enumerable.Range(0, mean.Length).Sum(each => (chosen[each] - rejected[each]) * (mean[each] - anchor[each]));
                var pull = Beta / (1 + Math.Exp(Beta * margin)) / pairs.Count;
                for (var each = 0; each < mean.Length; each++)
                    slope[each] += pull * (chosen[each] - rejected[each]);
            }
            for (var each = 0; each < mean.Length; each++)
                mean[each] += Rate * slope[each];
        }
        return mean;
    }

    private static double Agrees(double vote, double truth) => vote == 0 ? 0.5 : vote > 0 == truth > 0 ? 1 : 0;

    private static double Spread(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    /// <summary>Spearman's, of numbers without ties.</summary>
    private static double Correlation(double[] one, double[] other)
    {
        var squares = one.Zip(other, (a, b) => Math.Pow(one.Count(value => value < a) - other.Count(value => value < b), 2)).Sum();
        return 1 - 6 * squares / (one.Length * (one.Length * one.Length - 1.0));
    }

    private sealed record Outcome(double Correlation, double Weighted, double Unweighted, double Pool, double SelfMean, double SelfBest, double Start);
}
