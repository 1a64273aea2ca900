using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Ratings;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>Comparisons alone cannot tell which model is best where prompts differ in what is at stake; willingness to pay can (059).</summary>
/// <remarks>One weight θ helps the frequent prompts, where little is won, and hurts the rare ones, where much is: π(good) = σ(θ) there and σ(−θ) here.</remarks>
internal sealed class CardinalPreferences : IReproduction
{
    private const double Frequent = 0.7, Little = 0.1, Much = 5;
    private const int Comparisons = 2000, Asked = 3000, LearnSteps = 400, PreferSteps = 120, PairsPerStep = 16, Prompts = 300;
    private const double LearnRate = 3e-3, PreferRate = 3e-4, Beta = 0.1;

    public string Number => "059";

    public string Name => "cardinal";

    public string Claim => "Weighing comparisons by what people would pay for the better answer finds a model of higher utility than the comparisons alone, though it wins fewer of them.";

    public FourFields Fields => new("one weight, against a frozen anchor", "pairs on prompts of low and of high stakes", "willingness to pay for the better answer", "pair-wise: dpo, weighted, with a margin, or regressed");

    public bool HasFastForm => true;

    public string? Smaller => "who is asked: people are simulated, with utilities that are known; each bids what brings most to them, off by a half in the mean. The model has 0.1 million weights.";

    public string? Remark => "Exact numbers are of one weight. In the rows of a language model nobody says what is at stake, so it has to choose between what often matters little and what seldom matters much; bids are divided by the mean of who bid.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var all = new Stakes([Little, Much], [Frequent, 1 - Frequent]);
        var swapped = new Stakes([Much, Little], [Frequent, 1 - Frequent]);
        var (ordinal, weighted) = (all.Best(Form.Ordinal), all.Best(Form.Weighted));
        var (noisyOrdinal, noisyWeighted) = (new List<double>(), new List<double>());
        foreach (var seed in context.Seeds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sample = Stakes.Sample(new Draws(seed, "cardinal"), Comparisons);
            noisyOrdinal.Add(all.Utility(sample.Best(Form.Ordinal)));
            noisyWeighted.Add(all.Utility(sample.Best(Form.Weighted)));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("weight that comparisons alone find", ordinal, 0.85, 5e-3),
            Measure.Exact("its utility, of 1.57 at most", all.Utility(ordinal), 0.498, 1e-3),
            Measure.Exact("weight that comparisons weighed by willingness to pay find", weighted, -3.06, 5e-3),
            Measure.Exact("its utility", all.Utility(weighted), 1.436, 1e-3),
            Measure.Exact("utility with willingness to pay as what the margin is regressed to", all.Utility(all.Best(Form.Regressed)), 1.224, 1e-3),
            Measure.Exact("utility with willingness to pay as a margin of the link", all.Utility(all.Best(Form.Margin)), 0.645, 1e-3),
            Measure.Exact("share of comparisons won, weighted", all.Wins(weighted), 0.318, 1e-3),
            Measure.Exact("share of comparisons won, comparisons alone", all.Wins(ordinal), 0.580, 1e-3),
            Measure.Exact("where the stakes are exchanged, change of what comparisons alone find", swapped.Best(Form.Ordinal) - ordinal, 0, 1e-9),
            Measure.Difference($"utility after {Comparisons} comparisons with noisy amounts, weighted less alone: above 0.5", noisyWeighted, noisyOrdinal, context.Seeds, 0.5),
        ];
        EvidenceTable[] tables = [];
        if (!context.Fast)
        {
            var arms = Models(context, cancellationToken);
            (rows, tables) = ([.. rows, .. Rows(arms, context.Seeds)], [arms.Table()]);
        }
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), tables));
    }

    private static IEnumerable<MeasuredClaim> Rows(Arms arms, IReadOnlyList<int> seeds)
    {
        yield return Measure.Exact("bid for what is worth 3, where who wins pays the price that was drawn", new BiddingQuestion(10).BestBid(3), 3, 1e-6);
        yield return Measure.Exact("the same, where who wins pays the bid", new BiddingQuestion(10, PaysBid: true).BestBid(3), 1.5, 1e-6);
        yield return Measure.Exact("pairs of which the better answer is another one where stakes are exchanged", arms["exchanged"].Sum(), 0);
        foreach (var form in (string[])["weighted", "with a margin", "regressed"])
            yield return Measure.Difference($"utility of a language model's answers, {form} by willingness to pay less comparisons alone: above 0", arms[form], arms["alone"], seeds);
        yield return Measure.Mean("share of comparisons that its answers after comparisons alone win against those after weighted ones: at least 0.5", arms["alone against weighted"], 0.5, atLeast: true, seeds);
    }

    /// <summary>Language models that learn from the same pairs, steps and rate.</summary>
    private static Arms Models(ReproductionContext context, CancellationToken cancel)
    {
        var arms = new Arms();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("models", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            arms.Add(Learnt(seed, cancel));
        }
        return arms;
    }

    private static IEnumerable<(string Arm, double Value)> Learnt(int seed, CancellationToken cancel)
    {
        var people = new PayingPeople(seed);
        using var start = SmallModel.Create(seed, people.World.Texts, RatedTexts.Longest);
        start.Imitate([.. Enumerable.Range(0, 16 * LearnSteps).Select(index => new Draws(seed, "cardinal.written", index)).Select(Written)],
            LearnSteps, LearnRate, "cardinal.learn", cancel);
        var asked = people.Ask(Asked);
        yield return ("exchanged", asked.Zip(people.Ask(Asked, exchanged: true), (one, other) => one.Chosen == other.Chosen && one.Rejected == other.Rejected ? 0 : 1).Sum());
        var paid = PaidWeights.Of([.. asked.Select(each => (each.Who, each.Amount))]);
        var raw = asked.Average(each => each.Amount);
        PairExample[] pairs = [.. asked.Select(each => start.Pair((each.Chosen, each.Rejected)))];
        string[] prompts = [.. Enumerable.Range(0, Prompts).Select(index => RatedTexts.Prompt(new Draws(seed, "cardinal.prompts", index), heldOut: true))];
        var before = Answers(start);
        var alone = After(new DirectPreferenceOptimization(Beta), [.. pairs]);
        var weighted = After(new DirectPreferenceOptimization(Beta), [.. pairs.Zip(paid, (pair, amount) => pair with { Weight = amount })]);
        PairExample[] gaps = [.. pairs.Zip(paid, (pair, amount) => pair with { Gap = amount })];
        yield return ("before", Utility(before));
        yield return ("alone", Utility(alone));
        yield return ("weighted", Utility(weighted));
        yield return ("weighted, amounts as they are said", Utility(After(new DirectPreferenceOptimization(Beta), [.. pairs.Zip(asked, (pair, each) => pair with { Weight = each.Amount / raw })])));
        yield return ("with a margin", Utility(After(new OffsetPreferenceOptimization(Beta), gaps)));
        yield return ("regressed", Utility(After(new RewardDifferenceRegression(Beta), gaps)));
        yield return ("alone against weighted", prompts.Index().Average(prompt => people.Wins(prompt.Item, alone[prompt.Index], weighted[prompt.Index])));

        double Utility(IReadOnlyList<string> answers) => prompts.Zip(answers, people.Utility).Average();
        IReadOnlyList<string> Answers(SmallModel model) => model.Write(prompts, "cardinal.answers", 1, cancel);
        IReadOnlyList<string> After(PairObjective objective, PairExample[] learnt)
        {
            using var model = start.Copy();
            model.Prefer(learnt, objective, PreferSteps, PreferRate, "cardinal.prefer", cancel, PairsPerStep);
            return Answers(model);
        }

        Line Written(Draws draws)
        {
            var prompt = RatedTexts.Prompt(draws, heldOut: false);
            return new(prompt, people.World.Answer(prompt, draws));
        }
    }

    private enum Form
    {
        Ordinal, Weighted, Margin, Regressed,
    }

    /// <param name="Gains">What is won by the better answer: of each kind of prompt, the first of which θ helps and the second of which it hurts.</param>
    /// <param name="Shares">How frequent each kind is.</param>
    private sealed record Stakes(double[] Gains, double[] Shares)
    {
        /// <summary>Amounts that are said with a spread of one half around the gain, on the logarithm; their means by kind.</summary>
        public static Stakes Sample(Draws draws, int count)
        {
            var said = Enumerable.Range(0, count).Select(_ => draws.Chance(Frequent) ? (Kind: 0, Gain: Little) : (Kind: 1, Gain: Much))
                .Select(each => (each.Kind, Amount: each.Gain * Math.Exp(0.5 * draws.NextNormal() - 0.125))).ToArray();
            return new([.. ((int[])[0, 1]).Select(kind => said.Where(each => each.Kind == kind).Average(each => each.Amount))], [.. ((int[])[0, 1]).Select(kind => said.Count(each => each.Kind == kind) / (double)count)]);
        }

        public double Utility(double weight) => Shares[0] * Gains[0] * Logistic(weight) + Shares[1] * Gains[1] * Logistic(-weight);

        public double Wins(double weight) => Shares[0] * Logistic(weight) + Shares[1] * Logistic(-weight);

        /// <summary>The weight that minimises a loss, where its slope is 0.</summary>
        public double Best(Form form)
        {
            LibTorch.EnsureLoaded();
            var (low, high) = (-20.0, 20.0); // the slope rises with the weight
            while (high - low > 1e-10)
            {
                var middle = (low + high) / 2;
                (low, high) = Slope(form, middle) > 0 ? (low, middle) : (middle, high);
            }
            return (low + high) / 2;
        }

        private double Slope(Form form, double at)
        {
            using var scope = NewDisposeScope();
            var weight = tensor(at).requires_grad_(true);
            var (good, bad) = (stack([nn.functional.logsigmoid(weight), nn.functional.logsigmoid(-weight)]), stack([nn.functional.logsigmoid(-weight), nn.functional.logsigmoid(weight)]));
            var none = zeros(2, ScalarType.Float64).Plus(Math.Log(0.5));
            var mean = Shares.Zip(Gains, (share, gain) => share * gain).Sum();
            double[] counts = form == Form.Weighted ? [.. Shares.Zip(Gains, (share, gain) => 2 * share * gain / mean)] : [.. Shares.Select(share => 2 * share)];
            PairObjective objective = form switch
            {
                Form.Margin => new OffsetPreferenceOptimization(1),
                Form.Regressed => new RewardDifferenceRegression(1),
                _ => new DirectPreferenceOptimization(1),
            };
            objective.Compute(new PairLogProbs(good, bad, none, none, ones_like(none), ones_like(none)) { Gap = tensor(Gains), Weight = tensor(counts) }).Value.backward();
            return weight.grad!.item<double>();
        }

        private static double Logistic(double u) => 1 / (1 + Math.Exp(-u));
    }
}
