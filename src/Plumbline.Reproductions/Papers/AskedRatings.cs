using Plumbline.Alignment;
using Plumbline.Reproductions.Texts;
using Plumbline.Statistics;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Ratings;

namespace Plumbline.Reproductions.Papers;

/// <summary>Levels of some ratings are asked for in the prompt; the model learns to meet them and to do well in the others (043, CPO).</summary>
internal sealed class AskedRatings : IReproduction
{
    private const int Ratings = 3, Levels = 5, AnswersEach = 4, PerStep = 32;
    private const double LearnRate = 3e-3, PreferRate = 1e-4, Beta = 0.1;

    public string Number => "043";

    public string Name => "cpo";

    public string Claim => "A model that is trained with the wanted ratings in its prompt meets them, and asking it for the best of one rating costs the others less than training on that rating alone does.";

    public FourFields Fields => new("all weights; the anchor is the model after fine-tuning", "rated answers, and in the prompt the levels of some ratings", "ratings from 1 to 5 in three respects", "likelihood with true ratings in the prompt, then dpo on pairs by R(y)");

    public bool HasFastForm => true;

    public string? Smaller => "low-rank adapters, three epochs, and ratings by a model: here all weights of a small model are trained, and a world rates.";

    public string? Remark => "One pair in eight asks for nothing, while plain dpo has all of its pairs about the sum. The last row depends on how far dpo is driven: rates were chosen on seeds 11 and 12, where at half the rate dpo on one rating "
        + "brings it to 4.2 instead of 4.9, and costs the others less than asking for 5 does; at three times the rate and twice the steps all models fall apart.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var (learn, prefer) = context.Fast ? (20, 4) : (1200, 150);
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(new Experiment(seed, learn, prefer, context.Fast ? 1 : Ratings, context.Fast ? 20 : 200, cancellationToken).Run());
        }
        var names = RatedTexts.Draw(1, Ratings).Names;
        var size = $"{learn} and {prefer} steps";
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("ratings (4, 5, 5), first asked for at 5: R", Worth([5, null, null], [4, 5, 5]), 9),
            Measure.Exact("ratings (5, 3, 4), the same: R", Worth([5, null, null], [5, 3, 4]), 7),
            Measure.Exact("ratings (4, 5, 5), all asked for at (5, 3, 4): R", Worth([5, 3, 4], [4, 5, 5]), -4),
            Measure.Exact("ratings (5, 3, 4), the same: R", Worth([5, 3, 4], [5, 3, 4]), 0),
            .. names.Index().Select(name => Measure.Mean($"{name.Item}: rank correlation of the level asked for and the rating obtained, prompts not trained on, {size}: at least 0.8", Of(each => each.Met[name.Index]), 0.8, atLeast: true, context.Seeds)),
            Measure.Difference($"sum of ratings where nothing is asked for, less that of plain dpo on the sum, {size}: above 0", Of(each => each.Unasked.Sum()), Of(each => each.Overall.Sum()), context.Seeds),
            Measure.Difference($"the other ratings where one is asked for at 5, less those of dpo on that rating alone, {size}: above 0", Of(each => each.OthersAsked), Of(each => each.OthersAlone), context.Seeds),
        ];
        var table = new EvidenceTable("Mean ratings on prompts not trained on, and correlation of asked and obtained", ["model", .. names, "sum"],
        [
            Row("fine-tuned", each => each.Start),
            Row("dpo on the sum", each => each.Overall),
            Row("levels in the prompt, none asked for", each => each.Unasked),
            .. names.Index().Take(outcomes[0].Asked.Count).SelectMany(name => (string[][])[Row($"{name.Item} asked for at 5", each => each.Asked[name.Index]), Row($"dpo on {name.Item} alone", each => each.Alone[name.Index])]),
            ["correlation before dpo", .. names.Index().Select(name => Ledger.Number(outcomes.Average(each => each.MetBefore[name.Index]))), ""],
            ["correlation after dpo", .. names.Index().Select(name => Ledger.Number(outcomes.Average(each => each.Met[name.Index]))), ""],
        ]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));

        List<double> Of(Func<Outcome, double> number) => [.. outcomes.Select(number)];
        string[] Row(string model, Func<Outcome, double[]> ratings) =>
            [model, .. Enumerable.Range(0, Ratings).Select(rating => Ledger.Number(outcomes.Average(each => ratings(each)[rating]))), Ledger.Number(outcomes.Average(each => ratings(each).Sum()))];
    }

    private static double Worth(double?[] asked, double[] ratings) => new ControlledRatings(asked).Reward(ratings);

    /// <summary>One seed.</summary>
    private sealed class Experiment(int seed, int learn, int prefer, int single, int asked, CancellationToken cancel)
    {
        private readonly RatedTexts _world = RatedTexts.Draw(seed, Ratings);

        public Outcome Run()
        {
            Line[] written = [.. Enumerable.Range(0, learn * PerStep / 2).Select(index => Written(new Draws(seed, "cpo.written", index)))];
            using var empty = SmallModel.Create(seed, _world.Texts, RatedTexts.Longest);
            using var plain = Learnt(empty, written);
            using var told = Learnt(empty, [.. written.Index().Select(each => each.Item with { Prompt = Truth(each.Item, new Draws(seed, "cpo.truth", each.Index)) })]);
            var before = Correlations(told);
            using var controlled = Preferring(told, draws => ControlledRatings.Draw(draws, Ratings));
            using var overall = Preferring(plain, _ => new(new double?[Ratings]));
            double[][] alone = [.. Enumerable.Range(0, single).Select(rating =>
            {
                using var model = Preferring(plain, _ => new(new double?[Ratings]) { Weights = [.. Only(rating, 1.0)] });
                return Rated(model, new double?[Ratings]);
            })];
            double[][] wanted = [.. Enumerable.Range(0, single).Select(rating => Rated(controlled, [.. Only<double?>(rating, Levels)]))];
            return new(before, Correlations(controlled), Rated(plain, new double?[Ratings]), Rated(overall, new double?[Ratings]), Rated(controlled, new double?[Ratings]), wanted, alone);
        }

        private static IEnumerable<T?> Only<T>(int rating, T value) => Enumerable.Range(0, Ratings).Select(each => each == rating ? value : default);

        private Line Written(Draws draws)
        {
            var prompt = RatedTexts.Prompt(draws, heldOut: false);
            return new(prompt, _world.Answer(prompt, draws));
        }

        /// <summary>The prompt with some of the ratings that the answer really has.</summary>
        private string Truth(Line line, Draws draws) => _world.Say([.. _world.Rate(line.Prompt, line.Answer).Select(rating => draws.Chance(0.5) ? (double?)rating : null)]) + line.Prompt;

        private SmallModel Learnt(SmallModel start, Line[] lines)
        {
            var model = start.Copy();
            model.Imitate(lines, learn, LearnRate, "cpo.learn", cancel, PerStep);
            return model;
        }

        /// <summary>Of the same answers to the same prompts, best against worst by what is asked for.</summary>
        private SmallModel Preferring(SmallModel start, Func<Draws, ControlledRatings> condition)
        {
            List<(Line, Line)> pairs = [];
            for (var index = 0; index < prefer * PerStep / 2; index++)
            {
                var draws = new Draws(seed, "cpo.pairs", index);
                var prompt = RatedTexts.Prompt(draws, heldOut: false);
                string[] answers = [.. Enumerable.Range(0, AnswersEach).Select(_ => _world.Answer(prompt, draws))];
                var asked = condition(draws);
                var worth = answers.ToLookup(answer => asked.Reward(_world.Rate(prompt, answer)));
                var (best, worst) = (worth.MaxBy(each => each.Key)!, worth.MinBy(each => each.Key)!);
                if (best.Key > worst.Key)
                    pairs.Add((new(_world.Say(asked.Asked) + prompt, best.First()), new(_world.Say(asked.Asked) + prompt, worst.First())));
            }
            var model = start.Copy();
            model.Prefer(pairs, new DirectPreferenceOptimization(Beta), prefer, PreferRate, "cpo.prefer", cancel, PerStep);
            return model;
        }

        /// <summary>Mean ratings of answers to prompts that were not trained on.</summary>
        private double[] Rated(SmallModel model, double?[] levels)
        {
            var rated = Rated(model, [.. Enumerable.Range(0, asked).Select(_ => levels)], "rated");
            return [.. Enumerable.Range(0, Ratings).Select(rating => rated.Average(each => each[rating]))];
        }

        private IReadOnlyList<double>[] Rated(SmallModel model, double?[][] levels, string purpose)
        {
            string[] prompts = [.. levels.Index().Select(each => _world.Say(each.Item) + RatedTexts.Prompt(new Draws(seed, $"cpo.{purpose}", each.Index), heldOut: true))];
            return [.. prompts.Zip(model.Write(prompts, purpose, 1, cancel), _world.Rate)];
        }

        /// <summary>Of the level asked for and the one obtained, for each rating asked for alone.</summary>
        private double[] Correlations(SmallModel model) => [.. Enumerable.Range(0, Ratings).Select(rating =>
        {
            double?[][] levels = [.. Enumerable.Range(0, asked).Select(index => Only<double?>(rating, 1 + index % Levels).ToArray())];
            double[] obtained = [.. Rated(model, levels, $"asked-{rating}").Select(each => each[rating])];
            return obtained.Distinct().Count() == 1 ? 0 : RankCorrelation.Of([.. levels.Select(each => each[rating]!.Value)], obtained);
        })];
    }

    /// <summary>One seed: correlations before and after dpo, and mean ratings of the models.</summary>
    private sealed record Outcome(double[] MetBefore, double[] Met, double[] Start, double[] Overall, double[] Unasked, IReadOnlyList<double[]> Asked, IReadOnlyList<double[]> Alone)
    {
        public double OthersAsked => Others(Asked);

        public double OthersAlone => Others(Alone);

        private static double Others(IReadOnlyList<double[]> ratings) => ratings.Index().Average(each => each.Item.Where((_, rating) => rating != each.Index).Average());
    }
}
