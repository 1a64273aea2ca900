using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>PPO for language with the stabilisers that matter (114).</summary>
internal sealed class PpoMax : IReproduction
{
    private const int Steps = 100;
    private const double Rate = 2e-3, DearPrice = 0.2;

    public string Number => "114";

    public string Name => "ppo-max";

    public string Claim => "Against a reward model that is only roughly right, plain PPO collapses, and PPO with the right stabilisers does not.";

    public FourFields Fields => new("policy, and a critic that starts from the reward model", "answers of the policy's own", "a reward model fitted to comparisons", "policy gradient: clipped, with a critic and a price on divergence");

    public bool HasFastForm => true;

    public string? Remark => "Policy, critic and reward model are decoders of two layers in a world of words; the fast form has the exact rows alone. The stabilisers halve what collapses and do not prevent it at the usual price of .02 a nat: "
        + "one seed of five ends in answers of two words, the shortest way to a high proxy. At ten times the price (last columns of the table, not a row: it was added after the first result) all five seeds end with more true reward than they began with.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var (curve, table) = Overoptimisation();
        IReadOnlyList<MeasuredClaim> exact = Measure.Timed([.. ByHand(), .. curve], context.Clock.GetElapsedTime(start));
        if (context.Fast)
            return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, exact, [table]));
        var (rows, runs) = Compare(context, cancellationToken);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, [.. exact, .. rows], [table, runs]));
    }

    /// <summary>Three tokens at k = .02 with log ratios (.5, .3, −.1), score 1 and values (.2, .3, .5), and three corners of the clips.</summary>
    private static IEnumerable<MeasuredClaim> ByHand()
    {
        LibTorch.Threads = 1; // columns are short
        var objective = new ProximalPolicyOptimization();
        var rewards = objective.TokenRewards([.5, .3, -.1], [0, 0, 0], 1);
        var (advantages, returns) = GeneralisedAdvantage.Of(rewards, [.2, .3, .5], objective.Discount, objective.Trace);
        foreach (var (name, found, expected) in ((string, double[], double[])[])[("reward", rewards, [-.01, -.006, 1.002]), ("advantage", advantages, [.727355, .6709, .502]), ("return", returns, [.927355, .9709, 1.002])])
        {
            foreach (var (index, number) in expected.Index())
                yield return Measure.Exact($"{name} of token {index + 1}", found[index], number);
        }
        yield return Measure.Exact("loss at ratio 1.5 and advantage 1", Surrogate(1.5, 1), -1.2);
        yield return Measure.Exact("loss at ratio .5 and advantage -1", Surrogate(.5, -1), .8);
        using var scope = NewDisposeScope();
        yield return Measure.Exact("loss of the critic at value .9 after .4 where .5 came", ClippedValueLoss.Of(tensor([.9]), tensor([.4]), tensor([.5]), objective.ClipValues).item<double>(), .08);
    }

    private static double Surrogate(double ratio, double advantage)
    {
        using var scope = NewDisposeScope();
        return -ClippedSurrogate.Of(tensor([ratio]), tensor([advantage]), new ProximalPolicyOptimization().ClipRatio).item<double>();
    }

    /// <summary>The less divergence costs, the more the proxy gains, and what is true turns round.</summary>
    private static (IEnumerable<MeasuredClaim> Rows, EvidenceTable Table) Overoptimisation()
    {
        double[] reference = [.55, .3, .14, .01], worth = [.2, .6, 1, 0], proxy = [.2, .6, 1, 1.4];
        (double Price, double Divergence, double True)[] expected = [(1, .054, .514), (.5, .240, .596), (.3, .689, .661), (.2, 1.429, .629), (.15, 2.201, .498), (.1, 3.492, .207)];
        var policies = expected.Select(each => RegularisedOptimum.Policy(reference, proxy, each.Price)).ToArray();
        double Mean(double[] policy, double[] rewards) => policy.Zip(rewards, (share, reward) => share * reward).Sum();
        var rows = expected.Zip(policies, (each, policy) => (MeasuredClaim[])
        [
            Measure.Exact(string.Create(CultureInfo.InvariantCulture, $"price {each.Price}: divergence of the optimum"), RegularisedOptimum.Divergence(policy, reference), each.Divergence, 5e-4),
            Measure.Exact(string.Create(CultureInfo.InvariantCulture, $"price {each.Price}: its true reward"), Mean(policy, worth), each.True, 5e-4),
        ]).SelectMany(each => each).Append(Measure.Exact("proxy reward at price 1", Mean(policies[0], proxy), .549, 5e-4)).Append(Measure.Exact("proxy reward at price .1", Mean(policies[^1], proxy), 1.312, 5e-4));
        return (rows, new EvidenceTable("Over-optimisation of a proxy, exact", ["price of a nat", "divergence", "proxy reward", "true reward"],
            [.. expected.Zip(policies, (each, policy) => (string[])[Text(each.Price), Text(RegularisedOptimum.Divergence(policy, reference)), Text(Mean(policy, proxy)), Text(Mean(policy, worth))])]));
    }

    private static (IReadOnlyList<MeasuredClaim> Rows, EvidenceTable Table) Compare(ReproductionContext context, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        var runs = new List<(TokenReinforcement.Behaviour Start, TokenReinforcement.Behaviour Plain, TokenReinforcement.Behaviour Max, TokenReinforcement.Behaviour Dear)>();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("train with a reward model", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            using var world = new TokenReinforcement(seed, cancel);
            var stable = new ProximalPolicyOptimization { Updates = 2 };
            runs.Add((world.Start(cancel), Arm(ProximalPolicyOptimization.Plain with { Updates = 2 }), Arm(stable), Arm(stable with { DivergencePrice = DearPrice })));

            TokenReinforcement.Behaviour Arm(ProximalPolicyOptimization objective) => world.Train(objective, Steps, Rate, cancel);
        }
        bool Collapsed(TokenReinforcement.Behaviour start, TokenReinforcement.Behaviour end) => end.True < start.True / 2 || Math.Abs(end.Length - start.Length) > 3 * start.LengthDeviation;
        var time = context.Clock.GetElapsedTime(began);
        double plain = runs.Count(run => Collapsed(run.Start, run.Plain)), max = runs.Count(run => Collapsed(run.Start, run.Max));
        IReadOnlyList<MeasuredClaim> rows =
        [
            new() { Claim = "seeds in which PPO-max collapses (half of the true reward lost, or a mean length 3 deviations off): 0", Measured = max, Low = max, High = max, Holds = Decision.Exactly(max, 0), Seeds = context.Seeds },
            new() { Claim = "seeds in which plain PPO does: at least 1", Measured = plain, Low = plain, High = plain, Holds = Decision.AtLeast(plain, plain, 1), Seeds = context.Seeds },
            Measure.Mean("mean length after PPO-max, in deviations from that before: at most 3", [.. runs.Select(run => Math.Abs(run.Max.Length - run.Start.Length) / run.Start.LengthDeviation)], 3, atLeast: false, context.Seeds),
            Measure.Difference("true reward, PPO-max less plain PPO: above 0", [.. runs.Select(run => run.Max.True)], [.. runs.Select(run => run.Plain.True)], context.Seeds),
        ];
        return (Measure.Timed(rows, time), new EvidenceTable("Before and after", ["seed", "start: true", "proxy", "length", "plain: true", "proxy", "length", "max: true", "proxy", "length", $"max at price {Text(DearPrice)}: true", "proxy", "length"],
            [.. runs.Zip(context.Seeds, (run, seed) => (string[])[$"{seed}", .. ((TokenReinforcement.Behaviour[])[run.Start, run.Plain, run.Max, run.Dear]).SelectMany(each => (string[])[Text(each.True), Text(each.Proxy), Text(each.Length)])])]));
    }

    private static string Text(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);
}
