using Plumbline.Alignment;
using Plumbline.Auditing;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Ratings;

namespace Plumbline.Reproductions.Papers;

/// <summary>Four sources of signal that need no person: what is built in, imitation, judgment of a model, and what comes of an answer (093, a survey); and the judge that favours its own family.</summary>
internal sealed class AutomatedSignals : IReproduction
{
    private const int Ratings = 3, PerStep = 32, Judged = 2000;
    private const double LearnRate = 3e-3, PreferRate = 1e-4, ImitateRate = 3e-4, Beta = 0.1, Planted = 0.1, JudgeNoise = 2;

    public string Number => "093";

    public string Name => "automated-signals";

    public string Claim => "Each of the four sources of automatic signal improves a model without a person, and a judge's liking for its own family can be measured and is marked.";

    public FourFields Fields => new("all weights; the anchor is the model before", "answers of the model's own, or of a better writer", "what is built in, imitation, a judge, or the world", "likelihood for imitation, else dpo");

    public bool HasFastForm => true;

    public string? Smaller => "each source has its simplest method, in a world where an answer's worth is counted; the survey's map of published ones is not run through.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var (learn, train, asked) = context.Fast ? (20, 4, 20) : (800, 60, 300);
        List<Dictionary<SignalSource, double>> outcomes = [];
        List<double> bases = [], planted = [], none = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            planted.Add(Liking(seed, Planted).Excess.Value);
            none.Add(Liking(seed, 0).Excess.Value);
            var (before, after) = new Experiment(seed, learn, train, asked, cancellationToken).Run();
            bases.Add(before);
            outcomes.Add(after);
        }
        var size = $"{learn} and {train} steps";
        SignalSource[] sources = [SignalSource.Bias, SignalSource.Imitation, SignalSource.Model, SignalSource.Environment];
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Mean($"judge that favours its own family by {Planted}: how far what {Judged} pairs show is from that, at most 0.03", [.. planted.Select(each => Math.Abs(each - Planted))], 0.03, atLeast: false, context.Seeds),
            Measure.Mean($"judge that does not: what {Judged} pairs show, either way, at most 0.03", [.. none.Select(Math.Abs)], 0.03, atLeast: false, context.Seeds),
            Measure.Exact("marks, judge and subject of one producer", SelfPreference.Of("ours", "Ours", [(1, 0.5), (0.5, 0.5)]).SharesProducer ? 1 : 0, 1),
            Measure.Exact("marks, of two", SelfPreference.Of("ours", "theirs", [(1, 0.5), (0.5, 0.5)]).SharesProducer ? 1 : 0, 0),
            Measure.Exact("weak teacher 0.6, student 0.7, ceiling 0.8: gap recovered", SelfPreference.Recovered(0.6, 0.7, 0.8), 0.5, 1e-12),
            .. sources.Select(source => Measure.Difference($"quality of answers, signal of {Name(source)} less before, {size}: above 0", [.. outcomes.Select(each => each[source])], bases, context.Seeds)),
        ];
        var table = new EvidenceTable("Quality of answers to prompts not trained on, of 100", ["signal", "who gives it", "quality"],
        [
            ["none", "", Ledger.Number(bases.Average())],
            .. sources.Select(source => (string[])[Name(source), Giver(source), Ledger.Number(outcomes.Average(each => each[source]))]),
        ]);
        return Task.FromResult(new ReproductionResult(Number, this.Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));

        static string Name(SignalSource source) => source switch { SignalSource.Bias => "what is built in", SignalSource.Imitation => "imitation", SignalSource.Model => "a judge", _ => "the world" };
        static string Giver(SignalSource source) => source switch { SignalSource.Bias => "answers to a prompt that asks for more against one that asks for less", SignalSource.Imitation => "a writer whose words all count", SignalSource.Model => "a judge that errs", _ => "the count of words" };
    }

    /// <summary>A judge and a neutral one choose by the worth of two answers, each in both orders, with a liking for the first place; the judge besides now and then for its family.</summary>
    private static SelfPreference Liking(int seed, double favour) => SelfPreference.Of("ours", "ours", [.. Enumerable.Range(0, Judged).Select(pair =>
    {
        var draws = new Draws(seed, "signals.liking", pair);
        var better = draws.Chance(0.5); // whether our family's answer is
        double Wins(double extra) => ((bool[])[true, false]).Average(first => draws.Chance((better ? 0.7 : 0.2) + (first ? 0.1 : 0) + extra) ? 1.0 : 0);
        var neutral = Wins(0);
        return (Wins(favour), neutral);
    })]);

    /// <summary>One seed.</summary>
    private sealed class Experiment(int seed, int learn, int train, int asked, CancellationToken cancel)
    {
        private static readonly double?[] More = [5, 5, 5], Less = [1, 1, 1];
        private readonly RatedTexts _world = RatedTexts.Draw(seed, Ratings);

        public (double Before, Dictionary<SignalSource, double> After) Run()
        {
            using var model = SmallModel.Create(seed, _world.Texts, RatedTexts.Longest);
            model.Imitate([.. Enumerable.Range(0, learn * PerStep / 2).Select(Written)], learn, LearnRate, "signals.learn", cancel, PerStep);
            string[] prompts = [.. Enumerable.Range(0, train * PerStep).Select(index => RatedTexts.Prompt(new Draws(seed, "signals.prompts", index), heldOut: false))];
            var (one, other) = (model.Write(prompts, "signals.one", 1, cancel), model.Write(prompts, "signals.other", 1, cancel));
            return (Quality(model), new()
            {
                [SignalSource.Bias] = Preferring(model, prompts, model.Write([.. prompts.Select(prompt => _world.Say(More) + prompt)], "signals.more", 1, cancel), model.Write([.. prompts.Select(prompt => _world.Say(Less) + prompt)], "signals.less", 1, cancel), (_, _, _) => 1),
                [SignalSource.Imitation] = Imitating(model, [.. prompts.Select((prompt, index) => new Line(prompt, _world.Answer(prompt, [1, 1, 1, 0], new Draws(seed, "signals.better", index))))]),
                [SignalSource.Model] = Preferring(model, prompts, one, other, (index, good, bad) => Worth(prompts[index], good) - Worth(prompts[index], bad) + JudgeNoise * new Draws(seed, "signals.judge", index).NextNormal()),
                [SignalSource.Environment] = Preferring(model, prompts, one, other, (index, good, bad) => Worth(prompts[index], good) - Worth(prompts[index], bad)),
            });
        }

        private double Worth(string prompt, string answer) => _world.Rate(prompt, answer).Sum();

        /// <summary>An answer, and in the prompt some of the ratings that it has.</summary>
        private Line Written(int index)
        {
            var draws = new Draws(seed, "signals.written", index);
            var prompt = RatedTexts.Prompt(draws, heldOut: false);
            var answer = _world.Answer(prompt, draws);
            return new(_world.Say([.. _world.Rate(prompt, answer).Select(rating => draws.Chance(0.5) ? (double?)rating : null)]) + prompt, answer);
        }

        /// <param name="start">Copied.</param>
        /// <param name="prompts">What is answered.</param>
        /// <param name="one">An answer to each.</param>
        /// <param name="other">Another.</param>
        /// <param name="gap">By how much the first is better; where it is 0, there is no pair.</param>
        private double Preferring(SmallModel start, string[] prompts, IReadOnlyList<string> one, IReadOnlyList<string> other, Func<int, string, string, double> gap)
        {
            var pairs = Enumerable.Range(0, prompts.Length).Where(index => one[index] != other[index]).Select(index => (Index: index, Gap: gap(index, one[index], other[index]))).Where(each => each.Gap != 0)
                .Select(each => (Better: new Line(prompts[each.Index], (each.Gap > 0 ? one : other)[each.Index]), Worse: new Line(prompts[each.Index], (each.Gap > 0 ? other : one)[each.Index]))).ToArray();
            using var model = start.Copy();
            model.Prefer([.. pairs.Select(pair => (pair.Better, pair.Worse))], new DirectPreferenceOptimization(Beta), train, PreferRate, "signals.prefer", cancel, PerStep);
            return Quality(model);
        }

        private double Imitating(SmallModel start, Line[] lines)
        {
            using var model = start.Copy();
            model.Imitate(lines, train, ImitateRate, "signals.imitate", cancel, PerStep);
            return Quality(model);
        }

        /// <summary>Of the words of answers to prompts that were not trained on, the share that counts, in hundredths.</summary>
        private double Quality(SmallModel model)
        {
            string[] prompts = [.. Enumerable.Range(0, asked).Select(index => RatedTexts.Prompt(new Draws(seed, "signals.rated", index), heldOut: true))];
            return 100 * prompts.Zip(model.Write(prompts, "signals.rated", 1, cancel), _world.Rate).Average(ratings => ratings.Sum(rating => rating - 1) / RatedTexts.Words);
        }
    }
}
