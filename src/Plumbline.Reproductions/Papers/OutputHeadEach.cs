using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Ratings;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>An output head for each objective on one backbone, mixed by the user when it writes (019, MAH-DPO).</summary>
internal sealed class OutputHeadEach : IReproduction
{
    private const int Ratings = 2, AnswersEach = 4, PerStep = 32;
    private const double LearnRate = 3e-3, PreferRate = 1e-4, Beta = 0.1;
    private static readonly double[] Shares = [0, 0.25, 0.5, 0.75, 1];

    public string Number => "019";

    public string Name => "mah-dpo";

    public string Claim => "Heads on one backbone give every mixture of two objectives from one training: the front is monotone, its ends are as good as training on one objective, and some mixture beats training on all pairs together.";

    public FourFields Fields => new("backbone and a head for each objective; the anchor is the same heads at the start", "pairs, each about one objective", "ratings in two respects", "pair-wise: dpo of the pair's head");

    public bool HasFastForm => true;

    public string? Missing => "rewards of steps, value models and guided decoding; averages of the weights of single models.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var (learn, prefer, asked) = context.Fast ? (20, 4, 20) : (600, 100, 300);
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(new Experiment(seed, learn, prefer, asked, cancellationToken).Run());
        }
        var size = $"{learn} and {prefer} steps";
        var mixed = Mixture([0.25, 0.75], [2, 0], [0, 1]);
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("heads with logits (2, 0) and (0, 1), weights (.25, .75): probability of the first", mixed[0], 0.437823),
            Measure.Exact("the same, of the second", mixed[1], 0.562177),
            Measure.Exact("largest difference of a log-probability after 10 steps, one head against dpo", outcomes.Max(each => each.OneHead), 0, 1e-5),
            Measure.Mean($"least that a neighbour of five mixtures gains in the one rating and loses in the other, {size}: above 0", [.. outcomes.Select(each => each.LeastStep)], 0, atLeast: true, context.Seeds),
            Measure.Mean($"how far the ends are from dpo on one objective, of its rating, {size}: at most 0.05", [.. outcomes.Select(each => each.EndGap)], 0.05, atLeast: false, context.Seeds),
            Measure.Mean($"what the best mixture gains on dpo on all pairs in the rating where it gains less, {size}: above 0", [.. outcomes.Select(each => each.Beyond)], 0, atLeast: true, context.Seeds),
        ];
        var names = RatedTexts.Draw(1, Ratings).Names;
        var table = new EvidenceTable("Mean ratings on prompts not trained on", ["model", .. names],
        [
            Row("fine-tuned", each => each.Start),
            .. Shares.Index().Select(share => Row(string.Create(CultureInfo.InvariantCulture, $"mixture ({share.Item}, {1 - share.Item})"), each => each.Mixtures[share.Index])),
            .. names.Index().Select(name => Row($"dpo on {name.Item} alone", each => each.Alone[name.Index])),
            Row("dpo on all pairs", each => each.Pooled),
        ]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));

        string[] Row(string model, Func<Outcome, double[]> ratings) => [model, .. Enumerable.Range(0, Ratings).Select(rating => Ledger.Number(outcomes.Average(each => ratings(each)[rating])))];
    }

    /// <summary>Probabilities of a mixture, from the heads of a model of two tokens whose hidden state is 1.</summary>
    private static double[] Mixture(double[] weights, params double[][] logits)
    {
        using var scope = NewDisposeScope();
        var z = weights.Zip(logits, (weight, head) => tensor(head).Times(weight)).Aggregate((sum, next) => sum.Plus(next));
        return z.softmax(-1).data<double>().ToArray();
    }

    /// <summary>One seed.</summary>
    private sealed class Experiment(int seed, int learn, int prefer, int asked, CancellationToken cancel)
    {
        private readonly RatedTexts _world = RatedTexts.Draw(seed, Ratings);

        public Outcome Run()
        {
            using var model = SmallModel.Create(seed, _world.Texts, RatedTexts.Longest);
            model.Imitate([.. Enumerable.Range(0, learn * PerStep / 2).Select(Written)], learn, LearnRate, "mah.learn", cancel, PerStep);
            var pairs = Enumerable.Range(0, prefer * PerStep).SelectMany(Pairs).ToArray();
            var order = new EpochOrder(pairs.Length, PerStep, seed, "mah.prefer");
            using var headed = new HeadedModel(model, Ratings, seed);
            headed.Prefer(pairs, order, new DirectPreferenceOptimization(Beta), prefer, PreferRate, cancel);
            double[][] mixtures = [.. Shares.Select(share => RatedMixture(headed, share))];
            double[][] alone = [.. Enumerable.Range(0, Ratings).Select(rating => Preferring(model, [.. pairs.Where(pair => pair.Head == rating)]))];
            return new(OneHead(model, pairs), Rated(model), mixtures, alone, Preferring(model, pairs));
        }

        private double[] RatedMixture(HeadedModel headed, double share)
        {
            using var mixture = headed.Mix(share, 1 - share);
            return Rated(mixture);
        }

        private Line Written(int index)
        {
            var draws = new Draws(seed, "mah.written", index);
            var prompt = RatedTexts.Prompt(draws, heldOut: false);
            return new(prompt, _world.Answer(prompt, draws));
        }

        /// <summary>Of four answers the best and the worst in one respect, drawn for each prompt; none where all are as good.</summary>
        private IEnumerable<(Line Chosen, Line Rejected, int Head)> Pairs(int index)
        {
            var draws = new Draws(seed, "mah.pairs", index);
            var (prompt, rating) = (RatedTexts.Prompt(draws, heldOut: false), draws.Next(Ratings));
            var ranked = Enumerable.Range(0, AnswersEach).Select(_ => _world.Answer(prompt, draws)).OrderByDescending(answer => _world.Rate(prompt, answer)[rating]).ToArray();
            if (_world.Rate(prompt, ranked[0])[rating] > _world.Rate(prompt, ranked[^1])[rating])
                yield return (new(prompt, ranked[0]), new(prompt, ranked[^1]), rating);
        }

        private double[] Preferring(SmallModel start, IReadOnlyList<(Line Chosen, Line Rejected, int Head)> pairs)
        {
            using var model = start.Copy();
            model.Prefer([.. pairs.Select(pair => (pair.Chosen, pair.Rejected))], new DirectPreferenceOptimization(Beta), prefer, PreferRate, "mah.prefer", cancel, PerStep);
            return Rated(model);
        }

        private double[] Rated(SmallModel model)
        {
            string[] prompts = [.. Enumerable.Range(0, asked).Select(index => RatedTexts.Prompt(new Draws(seed, "mah.rated", index), heldOut: true))];
            var rated = prompts.Zip(model.Write(prompts, "mah.rated", 1, cancel), _world.Rate).ToArray();
            return [.. Enumerable.Range(0, Ratings).Select(rating => rated.Average(each => each[rating]))];
        }

        /// <summary>How far one head without noise is from dpo of a decoder with an output matrix of its own.</summary>
        private double OneHead(SmallModel start, IReadOnlyList<(Line Chosen, Line Rejected, int Head)> pairs)
        {
            (Line Chosen, Line Rejected, int Head)[] some = [.. pairs.Take(PerStep).Select(pair => pair with { Head = 0 })];
            using var headed = new HeadedModel(start, 1, seed, noise: 0);
            using var plain = headed.Mix(1);
            headed.Prefer(some, new EpochOrder(some.Length, PerStep, seed, "mah.one"), new DirectPreferenceOptimization(Beta), 10, PreferRate, cancel);
            plain.Prefer([.. some.Select(pair => (pair.Chosen, pair.Rejected))], new DirectPreferenceOptimization(Beta), 10, PreferRate, "mah.one", cancel, PerStep);
            using var one = headed.Mix(1);
            Line[] lines = [.. some.Select(pair => pair.Chosen)];
            return one.LogProbs(lines).Zip(plain.LogProbs(lines)).Max(line => line.First.Zip(line.Second, (left, right) => Math.Abs(left - right)).Max());
        }
    }

    /// <summary>One seed: mean ratings of each model.</summary>
    private sealed record Outcome(double OneHead, double[] Start, double[][] Mixtures, double[][] Alone, double[] Pooled)
    {
        public double LeastStep => Mixtures.Zip(Mixtures.Skip(1), (before, after) => Math.Min(after[0] - before[0], before[1] - after[1])).Min();

        public double EndGap => (Math.Abs(Mixtures[^1][0] / Alone[0][0] - 1) + Math.Abs(Mixtures[0][1] / Alone[1][1] - 1)) / 2;

        public double Beyond => Mixtures.Max(ratings => ratings.Zip(Pooled, (rating, pooled) => rating - pooled).Min());
    }
}
