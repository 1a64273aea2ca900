using Plumbline.Alignment;
using Plumbline.Reproductions.Tabular;
using Plumbline.Reproductions.Tokens;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;
using Plumbline.Worlds.Tokens;

namespace Plumbline.Reproductions.Papers;

/// <summary>Direct alignment made online: two answers of the current policy, a judge, an update at once (096).</summary>
internal sealed class OnlineFeedback : IReproduction
{
    private const double Beta = 0.1, Rate = 0.05, OrderBias = 0.2, PricePerToken = 0.1, Sharpness = 20;
    private const int PairsPerRollout = 20, StepsPerRollout = 4, Judged = 4000, PairsPerStep = 32, HeldOut = 300;

    public string Number => "096";

    public string Name => "oaif";

    public string Claim => "Feedback on answers of the current policy beats the same amount of feedback on answers of the first one, and the judge's instruction steers what is learnt.";

    public FourFields Fields => new("all weights; the anchor is the policy as it was at the start", "two answers of the current policy for each pair", "a judge who compares in both orders", "pair-wise: dpo");

    public bool HasFastForm => true;

    public string? Remark => "Exact policies over a table of answers, and a decoder of 0.1 million weights in a world of 39 tokens. The judge is scripted: it knows the truth, and errs, likes the first place, or is told to prefer short answers as each row says.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var rollouts = context.Fast ? 50 : 100;
        var arms = new Arms();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            arms.Add(Enumerable.Range(0, context.Fast ? 1 : 6).SelectMany(world => Measures(100 * seed + world, rollouts, cancellationToken)));
            if (!context.Fast)
                arms.Add(Decoders(seed, cancellationToken));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact($"pairs of {Judged} on which a judge with a liking for the first place decides otherwise than one without, both orders averaged", arms["otherwise"].Max(), 0, 0),
            Measure.Difference("share of errors of that judge, one order less both: above 0", arms["one order"], arms["both orders"], context.Seeds),
            Measure.Difference("true reward, online less offline, as many pairs and steps: above 0", arms["online"], arms["offline"], context.Seeds),
            Measure.Difference("true reward lost after its peak, offline less online (over-optimisation): above 0", arms["offline lost"], arms["online lost"], context.Seeds),
            Measure.Mean("share by which answers become shorter when the judge is told to prefer short ones: at least 0.3", arms["shorter"], 0.3, atLeast: true, context.Seeds),
            Measure.Difference("true reward of that policy less the start: above 0", arms["steered"], arms["long start"], context.Seeds),
            Measure.Difference("true reward with a judge who is right on 70 % of pairs, less the start: above 0", arms["weak judge"], arms["start"], context.Seeds),
            .. context.Fast ? (IEnumerable<MeasuredClaim>)[] :
            [
                Measure.Difference("true reward of a decoder, online less offline, as many pairs and steps: above 0", arms["decoder, online"], arms["decoder, offline"], context.Seeds),
                Measure.Difference("true reward of a decoder with a judge who is right on 70 % of pairs, less the start: above 0", arms["decoder, weak judge"], arms["decoder, start"], context.Seeds),
            ],
        ];
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [arms.Table()]));
    }

    private static IEnumerable<(string Arm, double Value)> Measures(int seed, int rollouts, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var world = TabularWorld.Draw(seed);
        var (otherwise, oneOrder, bothOrders) = Orders(world, new Draws(seed, "oaif.orders"));
        yield return ("otherwise", otherwise);
        yield return ("one order", oneOrder);
        yield return ("both orders", bothOrders);
        yield return ("start", world.Reward(new TabularPolicy(world).Shares()));
        Preferring usual = (shares, count, draws) => world.Compare(shares, count, draws);
        var (offline, online) = (Train(world, rollouts, online: false, usual, new Draws(seed, "oaif")), Train(world, rollouts, online: true, usual, new Draws(seed, "oaif")));
        yield return ("offline", offline.Rewards[^1]);
        yield return ("online", online.Rewards[^1]);
        yield return ("offline lost", offline.Rewards.Max() - offline.Rewards[^1]);
        yield return ("online lost", online.Rewards.Max() - online.Rewards[^1]);
        var weak = Train(world, rollouts, online: true, (shares, count, draws) => world.Compare(shares, count, draws, flipped: 0.3, decided: true), new Draws(seed, "oaif.weak"));
        yield return ("weak judge", weak.Rewards[^1]);
        cancel.ThrowIfCancellationRequested();
        var wide = TabularWorld.Draw(seed, answers: 100, features: 100); // a policy that can tell long answers from short ones
        var first = new TabularPolicy(wide);
        var steered = Train(wide, rollouts, online: true, (shares, count, draws) => Shorter(wide, shares, count, draws), new Draws(seed, "oaif.short"));
        yield return ("long start", wide.Reward(first.Shares()));
        yield return ("steered", steered.Rewards[^1]);
        yield return ("shorter", 1 - Length(wide, steered.Policy) / Length(wide, first));
    }

    /// <summary>A decoder that learns token by token, with the answers of its own or of what it was.</summary>
    private static IEnumerable<(string Arm, double Value)> Decoders(int seed, CancellationToken cancel)
    {
        using var start = TokenLearner.Learn(seed, habits: 2, 800, cancel);
        yield return ("decoder, start", start.Reward(seed, HeldOut));
        foreach (var (arm, online, right) in ((string, bool, double?)[])[("decoder, offline", false, null), ("decoder, online", true, null), ("decoder, weak judge", true, 0.7)])
        {
            using var learner = start.Copy();
            var answers = new OwnAnswers(seed, PairsPerStep, 2, (texts, draws) => BothOrders.WinRates(2, (first, second) => Prefers(start.World, texts[first], texts[second], right, draws)));
            answers.Train(learner, start, online ? learner : start, new DirectPreferenceOptimization(Beta), "oaif", 100, cancel);
            yield return (arm, learner.Reward(seed, HeldOut));
        }
    }

    /// <summary>Whether a judge prefers the first answer: as often as it is right, or by how much better it is.</summary>
    private static double Prefers(TokenWorld world, TokenText first, TokenText second, double? right, Draws draws)
    {
        var better = world.Reward(first.Prompt, first.Answer) - world.Reward(second.Prompt, second.Answer);
        return better == 0 ? 0.5 : draws.Chance(right is { } share ? (better > 0 ? share : 1 - share) : 1 / (1 + Math.Exp(-Sharpness * better))) ? 1 : 0;
    }

    /// <summary>The same answers to a judge with and without a liking for the first place; the judge sees rewards through noise.</summary>
    private static (double Otherwise, double OneOrder, double BothOrders) Orders(TabularWorld world, Draws draws)
    {
        var (otherwise, one, both) = (0, 0, 0);
        for (var pair = 0; pair < Judged; pair++)
        {
            var (first, second) = (draws.Next(world.Rewards.Count), draws.Next(world.Rewards.Count));
            if (first == second)
                continue;
            var seen = 1 / (1 + Math.Exp(world.Rewards[second] - world.Rewards[first] - 0.5 * draws.NextNormal()));
            var (shownFirst, shownSecond) = (Math.Clamp(seen + OrderBias, 0, 1), Math.Clamp(1 - seen + OrderBias, 0, 1));
            var (truth, averaged) = (world.Rewards[first] > world.Rewards[second], Training.BothOrders.Average(shownFirst, shownSecond) > 0.5);
            otherwise += averaged != seen > 0.5 ? 1 : 0;
            one += shownFirst > 0.5 != truth ? 1 : 0;
            both += averaged != truth ? 1 : 0;
        }
        return (otherwise, one / (double)Judged, both / (double)Judged);
    }

    private static (TabularPolicy Policy, List<double> Rewards) Train(TabularWorld world, int rollouts, bool online, Preferring compare, Draws draws)
    {
        var policy = new TabularPolicy(world);
        var (anchor, begun) = (policy.LogProbs(), policy.Shares());
        var rewards = new List<double>();
        for (var rollout = 0; rollout < rollouts; rollout++)
        {
            TabularTraining.Run(world, policy, anchor, compare(online ? policy.Shares() : begun, PairsPerRollout, draws), new DirectPreferenceOptimization(Beta), StepsPerRollout, Rate);
            rewards.Add(world.Reward(policy.Shares()));
        }
        return (policy, rewards);
    }

    private static IReadOnlyList<TabularPair> Shorter(TabularWorld world, double[] shares, int count, Draws draws) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var (one, other) = (draws.NextOf(shares), draws.NextOf(shares));
        var better = world.Rewards[one] - world.Rewards[other] - PricePerToken * (world.Lengths[one] - world.Lengths[other]);
        return draws.Chance(1 / (1 + Math.Exp(-better))) ? new TabularPair(one, other) : new TabularPair(other, one);
    })];

    private static double Length(TabularWorld world, TabularPolicy policy) => policy.Shares().Zip(world.Lengths, (share, length) => share * length).Sum();

    private delegate IReadOnlyList<TabularPair> Preferring(double[] shares, int count, Draws draws);
}
