using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Chains;

namespace Plumbline.Reproductions.Papers;

/// <summary>Imitation, then preferences among answers that were written once, then preferences among answers as they are written (046, LIONs).</summary>
internal sealed class StagedPipeline : IReproduction
{
    private const int Learning = 1000, Steps = 100, PerStep = 16, Answers = 4, Longest = 32, MostTokens = 8, Tested = 300, Depths = 3;
    private const double Rate = 3e-3, PreferenceRate = 3e-4, Beta = 0.05, Spoilt = 0.25;

    public string Number => "046";

    public string Name => "lions";

    public string Claim => "Each stage of imitation, offline and online preferences adds to what went before; more pairs are worth more than more passes through them.";

    public FourFields Fields => new("all weights; the reference of each stage is where it begins", "solutions of which some are wrong, then the model's own, once and for all or afresh", "a checker: the best of four against the worst", "likelihood, then pair-wise: dpo offline and online");

    public bool HasFastForm => true;

    public string? Smaller => "public chat models to compare with, and the gain in throughput by packing (docs/performance.md has that of this library).";

    public string? Remark => "The fast form has the exact row alone. Arms that are compared take as many steps on as many pairs: the online stage is held against an offline stage that goes on for as long.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        IReadOnlyList<MeasuredClaim> exact = Measure.Timed([Packed(context.Seeds[0], cancellationToken)], context.Clock.GetElapsedTime(start));
        if (context.Fast)
            return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, exact, []));
        var (rows, table) = Compare(context, cancellationToken);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, [.. exact, .. rows], [table]));
    }

    /// <summary>Texts in one row do not see each other: their loss is the mean, by tokens, of the losses that they have alone.</summary>
    private static MeasuredClaim Packed(int seed, CancellationToken cancel)
    {
        using var model = Create(seed);
        TokenExample[] texts = [.. Enumerable.Range(0, 8).Select(index => Problem(seed, "packed", index)).Select(problem => model.Example(new(problem.Question, problem.Solution)))];
        double Loss(params TokenExample[] step)
        {
            using var copy = model.Copy();
            var loss = double.NaN;
            SupervisedTraining.Run(copy.Model.Decoder, _ => step, Longest, SmallModel.Options(1, Rate) with { ReportEvery = 1 }, new Told(report => loss = report.Loss), cancel);
            return loss;
        }
        return Measure.Exact("loss of eight texts in one row less the mean of their losses alone", Loss(texts) - texts.Sum(text => text.Trained * Loss(text)) / texts.Sum(text => text.Trained), 0, 1e-5);
    }

    private static (IReadOnlyList<MeasuredClaim> Rows, EvidenceTable Table) Compare(ReproductionContext context, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        string[] arms = ["imitation", "imitation, prompts learnt as well", "then offline", "then offline, half of the pairs twice", "then offline for twice as long", "then offline, then online", "then online at once, twice as long"];
        List<double>[] found = [.. arms.Select(_ => new List<double>())];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("stages", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            using var imitated = Imitate(seed, whole: false, cancel);
            using var whole = Imitate(seed, whole: true, cancel);
            var pairs = Pairs(imitated, seed, Steps * PerStep, cancel);
            using var offline = Offline(imitated, pairs, Steps, "offline", cancel);
            using var half = Offline(imitated, [.. pairs.Take(pairs.Count / 2)], Steps, "offline", cancel);
            using var longer = Offline(offline, pairs, Steps, "longer", cancel);
            using var online = Online(offline, seed, Steps, cancel);
            using var atOnce = Online(imitated, seed, 2 * Steps, cancel);
            foreach (var (at, model) in ((SmallModel[])[imitated, whole, offline, half, longer, online, atOnce]).Index())
                found[at].Add(Right(model, seed, cancel));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Difference("share of chains solved, offline preferences after imitation less imitation alone: above 0", found[2], found[0], context.Seeds),
            Measure.Difference("online after offline less offline for as long: above 0", found[5], found[4], context.Seeds),
            Measure.Difference("all pairs once less half of them twice: above 0", found[2], found[3], context.Seeds),
        ];
        return (Measure.Timed(rows, context.Clock.GetElapsedTime(began)), new EvidenceTable("Share of chains solved at temperature 1", ["training", .. context.Seeds.Select(seed => $"seed {seed}"), "mean"],
            [.. arms.Zip(found, (arm, each) => (string[])[arm, .. each.Select(Text), Text(each.Average())])]));
    }

    private static SmallModel Create(int seed)
    {
        var words = string.Join(' ', ChainWorld.Words);
        return SmallModel.Create(seed, [$"from {words}", $"from {words}"], Longest);
    }

    private static SmallModel Imitate(int seed, bool whole, CancellationToken cancel)
    {
        var model = Create(seed);
        model.Imitate([.. Enumerable.Range(0, 32 * Learning).Select(index =>
        {
            var (problem, draws) = (Problem(seed, "imitated", index), new Draws(seed, "lions.spoilt", index));
            var example = model.Example(new(problem.Question, draws.Chance(Spoilt) ? problem.Spoil(draws) : problem.Solution));
            return whole ? TokenExample.Whole(example.Ids) : example;
        })], Learning, Rate, "lions.imitated", cancel);
        return model;
    }

    private static ChainProblem Problem(int seed, string purpose, int index) => ChainWorld.Draw(new Draws(seed, $"lions.{purpose}", index), 1 + index % Depths);

    /// <summary>Of four answers of a model the best against the worst, where they differ in worth.</summary>
    private static List<(Line Chosen, Line Rejected)> Pairs(SmallModel model, int seed, int prompts, CancellationToken cancel)
    {
        ChainProblem[] problems = [.. Enumerable.Range(0, prompts).Select(index => Problem(seed, "pairs", index))];
        var answers = model.Write([.. problems.SelectMany(problem => Enumerable.Repeat(problem.Question, Answers))], "lions.pairs", 1, cancel).Chunk(Answers);
        return [.. problems.Zip(answers, (problem, written) => (Best: written.MaxBy(answer => Worth(problem, answer))!, Worst: written.MinBy(answer => Worth(problem, answer))!, Problem: problem))
            .Where(each => Worth(each.Problem, each.Best) > Worth(each.Problem, each.Worst)).Select(each => (new Line(each.Problem.Question, Cut(each.Best)), new Line(each.Problem.Question, Cut(each.Worst))))];
    }

    /// <summary>Half for the right number at the end, half for steps that follow from each other.</summary>
    private static double Worth(ChainProblem problem, string answer)
    {
        var found = problem.Check(answer);
        return (found.Right ? 0.5 : 0) + 0.5 * found.StepAccuracy;
    }

    private static string Cut(string answer) => string.Join(' ', answer.Split(' ').Take(MostTokens));

    private static SmallModel Offline(SmallModel start, List<(Line Chosen, Line Rejected)> pairs, int steps, string purpose, CancellationToken cancel)
    {
        var model = start.Copy();
        model.Prefer(pairs, new DirectPreferenceOptimization(Beta), steps, PreferenceRate, $"lions.{purpose}", cancel, PerStep);
        return model;
    }

    private static SmallModel Online(SmallModel start, int seed, int steps, CancellationToken cancel)
    {
        var model = start.Copy();
        var rollout = new Rollout(model.Model, seed, Answers, new() { MaxNewTokens = MostTokens, BatchSize = 256 });
        ChainProblem Asked(int step, int prompt) => Problem(seed, "online", (step * PerStep) + prompt);
        OnlinePreferenceTraining.Run(model.Model.Decoder, start.Model.Decoder, step => rollout.Sample(step, [.. Enumerable.Range(0, PerStep).Select(prompt => model.Model.Tokenizer.Encode(Asked(step, prompt).Question))],
                (prompt, answer) => Worth(Asked(step, prompt), model.Model.Tokenizer.Decode(answer.Tokens, skipSpecial: true).TrimStart(' ')), cancel),
            new BestWorst(), new DirectPreferenceOptimization(Beta), new OnlineRounds(new AnchorMixture(Start: 1)), Longest, SmallModel.Options(steps, PreferenceRate), null, cancel);
        return model;
    }

    private static double Right(SmallModel model, int seed, CancellationToken cancel)
    {
        ChainProblem[] problems = [.. Enumerable.Range(0, Tested).Select(index => Problem(seed, "test", index))];
        return problems.Zip(model.Write([.. problems.Select(problem => problem.Question)], "lions.test", 1, cancel), (problem, answer) => problem.Check(answer).Right ? 1.0 : 0).Average();
    }

    private static string Text(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);

    private sealed class Told(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
