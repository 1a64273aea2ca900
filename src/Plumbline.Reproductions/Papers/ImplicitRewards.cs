using Plumbline.Alignment;
using Plumbline.Reproductions.Tabular;
using Plumbline.Reproductions.Tokens;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;
using Plumbline.Worlds.Tokens;

namespace Plumbline.Reproductions.Papers;

/// <summary>A policy that was trained on preferences scores its own answers by how much likelier they became, and learns from that (117).</summary>
internal sealed class ImplicitRewards : IReproduction
{
    private const double Beta = 0.5, Rate = 0.05, LikingForLength = 0.05, DecoderBeta = 0.1, Flipped = 0.4;
    private const int Offline = 1000, Steps = 200, Groups = 100, Answers = 16, Rounds = 2, HeldOut = 300, PerUpdate = 32, Passes = 4, Poor = 40, Updates = 40, DecoderPairs = 320;

    public string Number => "117";

    public string Name => "dice";

    public string Claim => "The implicit reward of a DPO model improves it further, if a price for length and replayed pairs keep it honest.";

    public FourFields Fields => new("all weights; the anchor is the policy before any preference training", "16 answers of its own to each prompt, and as many offline pairs", "implicit reward less a price for length", "pair-wise: dpo");

    public bool HasFastForm => true;

    public string? Remark => "Exact policies over a table of answers, and a decoder of 0.1 million weights in a world of 39 tokens. A round is what it is in the paper: 16 answers to each prompt, pairs of them with one price for length, as many replayed ones, "
        + "and some epochs over both; in the second round too the reward comes from the first trained policy and the start.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        AnswerScores[] hand = [new([1.0, 0.8, 0.2], [40, 10, 20]), new([0.9, 0.6, 0.1], [30, 12, 25])];
        var arms = new Arms();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            arms.Add(Enumerable.Range(0, context.Fast ? 1 : 6).SelectMany(world => Measures(100 * seed + world, cancellationToken)));
            if (!context.Fast)
                arms.Add(Decoders(seed, cancellationToken));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("two prompts with three answers each: chosen are longer without a price by", LengthRegularised.Excess(hand, 0), 12.5, 1e-12),
            Measure.Exact("price for each token that makes them as long as it can", new LengthRegularised().Coefficient(hand), 0.007, 1e-12),
            Measure.Exact("chosen are shorter at that price by", -LengthRegularised.Excess(hand, 0.007), 2.5, 1e-12),
            Measure.Difference("true reward, two rounds of implicit rewards less as many steps more on the offline pairs: above 0", arms["dice"], arms["continued"], context.Seeds),
            Measure.Difference("mean length of answers, without the price less with it: above 0", arms["no price: length"], arms["dice: length"], context.Seeds),
            Measure.Difference("true reward, with the price for length less without: above 0", arms["dice"], arms["no price"], context.Seeds),
            Measure.Difference("true reward where implicit rewards come from 40 pairs, 40 % of them wrong: with clean replayed pairs less without: above 0", arms["poor: replay"], arms["poor: no replay"], context.Seeds),
            .. context.Fast ? (IEnumerable<MeasuredClaim>)[] :
            [
                Measure.Difference("true reward of a decoder, two rounds of implicit rewards less as many steps more on the offline pairs: above 0", arms["decoder: dice"], arms["decoder: continued"], context.Seeds),
                Measure.Difference("mean length of a decoder's answers, without the price less with it: above 0", arms["decoder: no price, length"], arms["decoder: dice, length"], context.Seeds),
                Measure.Difference("true reward of a decoder whose implicit rewards come from 40 pairs, 40 % of them wrong: with clean replayed pairs less without: above 0", arms["decoder: poor, replay"], arms["decoder: poor, no replay"], context.Seeds),
            ],
        ];
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [arms.Table()]));
    }

    private static IEnumerable<(string Arm, double Value)> Measures(int seed, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var world = TabularWorld.Draw(seed, answers: 200, features: 50);
        var first = new TabularPolicy(world);
        var anchor = first.LogProbs();
        var offline = Liked(world, first.Shares(), Offline, new Draws(seed, "dice.offline"));
        var trained = Learn(world, first, anchor, offline, Steps);
        yield return ("start", world.Reward(first.Shares()));
        yield return ("dpo", world.Reward(trained.Shares()));
        yield return ("dpo: length", Length(world, trained));
        yield return ("implicit reward right", Accuracy(world, trained, anchor, new Draws(seed, "dice.accuracy")));
        yield return ("continued", world.Reward(Learn(world, trained, anchor, offline, Rounds * Steps).Shares()));
        var dice = Bootstrap(world, trained, anchor, offline, new LengthRegularised(0.001, 0.5), replay: true, new Draws(seed, "dice"));
        var unpriced = Bootstrap(world, trained, anchor, offline, new BestWorst(), replay: true, new Draws(seed, "dice"));
        yield return ("dice", world.Reward(dice.Shares()));
        yield return ("dice: length", Length(world, dice));
        yield return ("no price", world.Reward(unpriced.Shares()));
        yield return ("no price: length", Length(world, unpriced));
        cancel.ThrowIfCancellationRequested();
        var poor = Learn(world, first, anchor, world.Compare(first.Shares(), 40, new Draws(seed, "dice.poor"), flipped: 0.4, decided: true), Steps);
        yield return ("poor: implicit reward right", Accuracy(world, poor, anchor, new Draws(seed, "dice.accuracy")));
        var clean = world.Compare(first.Shares(), Offline, new Draws(seed, "dice.clean"));
        yield return ("poor: replay", world.Reward(Bootstrap(world, poor, anchor, clean, new BestWorst(), replay: true, new Draws(seed, "dice.poor-rounds")).Shares()));
        yield return ("poor: no replay", world.Reward(Bootstrap(world, poor, anchor, clean, new BestWorst(), replay: false, new Draws(seed, "dice.poor-rounds")).Shares()));
    }

    /// <summary>The same with a decoder.</summary>
    private static IEnumerable<(string Arm, double Value)> Decoders(int seed, CancellationToken cancel)
    {
        using var start = TokenLearner.Learn(seed, habits: 2, 800, cancel);
        PairExample[] offline = [.. OwnAnswers.Compared(start, DecoderPairs, 0, seed, "dice.offline")];
        using var trained = Preferring(offline, Updates);
        yield return ("decoder: start", start.Reward(seed, HeldOut));
        yield return ("decoder: dpo", trained.Reward(seed, HeldOut));
        using (var continued = Preferring(offline, Updates * (1 + Rounds)))
            yield return ("decoder: continued", continued.Reward(seed, HeldOut));
        foreach (var (arm, labeller) in ((string, PairLabeller)[])[("dice", new LengthRegularised(0.001, 0.5)), ("no price", new BestWorst())])
        {
            using var learner = Bootstrapped(trained, offline, labeller, replay: true);
            yield return ($"decoder: {arm}", learner.Reward(seed, HeldOut));
            yield return ($"decoder: {arm}, length", learner.Sample(seed, "length", HeldOut).Average(text => (double)text.Answer.Length));
        }
        PairExample[] clean = [.. OwnAnswers.Compared(start, DecoderPairs, 0, seed, "dice.clean")];
        using var poor = Preferring([.. OwnAnswers.Compared(start, Poor, Flipped, seed, "dice.poor")], Updates);
        foreach (var replay in (bool[])[true, false])
        {
            using var learner = Bootstrapped(poor, clean, new BestWorst(), replay);
            yield return ($"decoder: poor, {(replay ? "replay" : "no replay")}", learner.Reward(seed, HeldOut));
        }

        TokenLearner Preferring(PairExample[] data, int steps)
        {
            var learner = start.Copy();
            PreferenceTraining.Run(learner.Decoder, data, new EpochOrder(data.Length, PerUpdate, seed, "dice").Batch, new DirectPreferenceOptimization(DecoderBeta), TokenWorld.Longest, TokenLearner.Options(steps, OwnAnswers.Rate), null, cancel);
            return learner;
        }

        TokenLearner Bootstrapped(TokenLearner judge, PairExample[] before, PairLabeller labeller, bool replay)
        {
            var learner = judge.Copy();
            new OwnAnswers(seed, PerUpdate * Updates / (replay ? 2 : 1) / Passes, Answers, (texts, _) => [.. judge.LogProbs(texts).Zip(start.LogProbs(texts), (after, first) => DecoderBeta * (after.Sum() - first.Sum()))])
            {
                Labeller = labeller,
                Rounds = new(new AnchorMixture(Start: 1)) { PairsPerUpdate = PerUpdate, Epochs = Passes, Replay = replay ? new ReplayMix(before, 0.5, seed) : null },
            }.Train(learner, start, learner, new DirectPreferenceOptimization(DecoderBeta), $"dice.{labeller.GetType().Name}.{replay}", Rounds, cancel);
            return learner;
        }
    }

    /// <summary>Rounds: answers of the policy as it is, scored by the policy that was trained on pairs against the one before it, in every round.</summary>
    private static TabularPolicy Bootstrap(TabularWorld world, TabularPolicy trained, double[] anchor, IReadOnlyList<TabularPair> offline, PairLabeller labeller, bool replay, Draws draws)
    {
        double[] rewards = [.. trained.LogProbs().Zip(anchor, (after, before) => Beta * (after - before))];
        var policy = trained;
        for (var round = 0; round < Rounds; round++)
        {
            var shares = policy.Shares();
            int[][] groups = [.. Enumerable.Range(0, Groups).Select(_ => Enumerable.Range(0, Answers).Select(_ => draws.NextOf(shares)).ToArray())];
            var pairs = labeller.Label([.. groups.Select(group => new AnswerScores([.. group.Select(answer => rewards[answer])], [.. group.Select(answer => world.Lengths[answer])]))])
                .Select(pair => new TabularPair(groups[pair.Group][pair.Chosen], groups[pair.Group][pair.Rejected])).ToList();
            if (replay)
                pairs.AddRange([.. pairs.Select(_ => draws.Pick(offline))]);
            policy = Learn(world, policy, anchor, pairs, Steps);
        }
        return policy;
    }

    private static TabularPolicy Learn(TabularWorld world, TabularPolicy from, double[] anchor, IReadOnlyList<TabularPair> pairs, int steps)
    {
        var policy = from.Copy();
        TabularTraining.Run(world, policy, anchor, pairs, new DirectPreferenceOptimization(Beta), steps, Rate);
        return policy;
    }

    /// <summary>Pairs that a judge compared who likes long answers besides good ones.</summary>
    private static IReadOnlyList<TabularPair> Liked(TabularWorld world, double[] shares, int count, Draws draws) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var (one, other) = (draws.NextOf(shares), draws.NextOf(shares));
        var better = world.Rewards[one] - world.Rewards[other] + LikingForLength * (world.Lengths[one] - world.Lengths[other]);
        return draws.Chance(1 / (1 + Math.Exp(-better))) ? new TabularPair(one, other) : new TabularPair(other, one);
    })];

    /// <summary>How often the implicit reward finds the better of two answers of the policy.</summary>
    private static double Accuracy(TabularWorld world, TabularPolicy trained, double[] anchor, Draws draws)
    {
        var (logProbs, shares) = (trained.LogProbs(), trained.Shares());
        return Enumerable.Range(0, 500).Select(_ => (One: draws.NextOf(shares), Other: draws.NextOf(shares))).Where(pair => pair.One != pair.Other)
            .Select(pair => logProbs[pair.One] - anchor[pair.One] > logProbs[pair.Other] - anchor[pair.Other] == world.Rewards[pair.One] > world.Rewards[pair.Other] ? 1.0 : 0).DefaultIfEmpty(0.5).Average();
    }

    private static double Length(TabularWorld world, TabularPolicy policy) => policy.Shares().Zip(world.Lengths, (share, length) => share * length).Sum();
}
