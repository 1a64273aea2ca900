using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Training.Data;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Chains;

namespace Plumbline.Reproductions.Papers;

/// <summary>Critiques for what is easy, corrected answers for what is of middling difficulty, preferences for what is hard (099).</summary>
internal sealed class FeedbackByDifficulty : IReproduction
{
    private const int Depths = 3, Problems = 600, Learning = 1500, Steps = 120, Drafts = 4, Longest = 40, PerStep = 24, Tested = 100;
    private const double Rate = 3e-4, PreferenceRate = 3e-4, Beta = 0.1;
    private static readonly Kind[] Kinds = [Kind.Critique, Kind.Refinement, Kind.Preference];

    public string Number => "099";

    public string Name => "cdf";

    public string Claim => "Feedback of the kind that fits the difficulty of a problem teaches more than any one kind for all of them.";

    public FourFields Fields => new("all weights", "problems with the model's own answers, split by how little these agree", "critiques, corrected answers or preferences, as many in all", "likelihood, and pair-wise: dpo");

    public bool HasFastForm => true;

    public string? Smaller => "feedback of people or of larger models: here a checker gives it. How difficulty is measured and how the kinds are mixed is our reading of the paper.";

    public string? Remark => "The fast form has the exact rows alone. All arms take as many steps on as many items, and a mixture takes its kinds one after the other, the easiest part first.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        IReadOnlyList<MeasuredClaim> exact =
        [
            Measure.Exact("chain from 7, + 5, − 4: what the first step comes to", new ChainProblem(7, [5, -4]).Values[0], 2, 0),
            Measure.Exact("first wrong step of 'two nine'", new ChainProblem(7, [5, -4]).Check("two nine").FirstWrong ?? 0, 2, 0),
            Measure.Exact("disagreement of answers a, b, a, c", RouteByDifficulty.Disagreement(["a", "b", "a", "c"]), 0.5),
        ];
        exact = Measure.Timed(exact, context.Clock.GetElapsedTime(start));
        if (context.Fast)
            return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, exact, []));
        var (rows, table) = Compare(context, cancellationToken);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, [.. exact, .. rows], [table]));
    }

    private static (IReadOnlyList<MeasuredClaim> Rows, EvidenceTable Table) Compare(ReproductionContext context, CancellationToken cancel)
    {
        var start = context.Clock.GetTimestamp();
        (string Name, Kind[] Parts)[] arms =
        [
            .. Kinds.Select(kind => (Words(kind), (Kind[])[kind, kind, kind])),
            ("matched", Kinds), ("reversed", [.. Enumerable.Reverse(Kinds)]), ("shuffled", Kinds),
        ];
        List<Outcome>[] found = [.. arms.Select(_ => new List<Outcome>())];
        List<Outcome> before = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            using var learnt = Learn(seed, cancel);
            before.Add(Test(learnt, seed, cancel));
            var items = Items(learnt, seed, Problems, cancel);
            var difficulty = items.Select(item => item.Difficulty).ToArray();
            var routed = RouteByDifficulty.Split(difficulty, 1 / 3.0, 2 / 3.0);
            var shuffled = RouteByDifficulty.Split(new Draws(seed, "cdf.shuffled").Shuffle(difficulty), 1 / 3.0, 2 / 3.0);
            foreach (var (at, arm) in arms.Index())
            {
                context.Progress?.Report(new JobProgress("feedback", 0, 1, (index + at / (double)arms.Length) / context.Seeds.Count, $"seed {seed}, {arm.Name}"));
                using var model = learnt.Copy();
                foreach (var (part, kind) in (arm.Name == "shuffled" ? shuffled : routed).Zip(arm.Parts))
                    Teach(model, kind, [.. part.Select(each => items[each])], seed, Steps / Depths, cancel);
                found[at].Add(Test(model, seed, cancel));
            }
        }
        double[] Of(int arm) => [.. found[arm].Select(each => each.All)];
        var best = Enumerable.Range(0, Kinds.Length).MaxBy(arm => Of(arm).Average());
        double[] worst = [.. context.Seeds.Select((_, seed) => ((int[])[0, 1, 2, 3, 5]).Min(arm => found[arm][seed].All))], singles = [.. context.Seeds.Select((_, seed) => Enumerable.Range(0, Kinds.Length).Average(arm => found[arm][seed].All))];
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Difference($"share of chains solved, matched less the best single kind ({Words(Kinds[best])}): at least 0", Of(3), Of(best), context.Seeds),
            Measure.Difference("the worst of the others less reversed: at least 0", worst, Of(4), context.Seeds),
            Measure.Difference("matched less reversed: above 0", Of(3), Of(4), context.Seeds),
            Measure.Mean("shuffled less the mean of the single kinds, either way: at most .05", [.. Of(5).Zip(singles, (one, mean) => Math.Abs(one - mean))], 0.05, atLeast: false, context.Seeds),
        ];
        return (Measure.Timed(rows, context.Clock.GetElapsedTime(start)), new("Share of chains solved", ["feedback", "all", "1 step", "2 steps", "3 steps"],
            [Row("none", before), .. arms.Zip(found, (arm, each) => Row(arm.Name, each))]));
    }

    private static string[] Row(string name, List<Outcome> found) => [name, Text(found.Average(each => each.All)), .. Enumerable.Range(0, Depths).Select(depth => Text(found.Average(each => each.ByDepth[depth])))];

    private static SmallModel Learn(int seed, CancellationToken cancel)
    {
        var words = string.Join(' ', ["from", .. ChainWorld.Words, "draft", "critique", "answer", "right", "wrong", "at"]);
        var model = SmallModel.Create(seed, [words, words], Longest);
        model.Imitate([.. Enumerable.Range(0, 32 * Learning).Select(index => Problem(seed, "base", index)).Select(problem => new Line(problem.Question, problem.Solution))], Learning, 3e-3, "cdf.base", cancel);
        return model;
    }

    private static ChainProblem Problem(int seed, string purpose, int index) => ChainWorld.Draw(new Draws(seed, $"cdf.{purpose}", index), 1 + index % Depths);

    /// <summary>Problems with four answers of the model; the first is the draft that feedback is given on.</summary>
    private static Item[] Items(SmallModel model, int seed, int count, CancellationToken cancel)
    {
        var problems = Enumerable.Range(0, count).Select(index => Problem(seed, "feedback", index)).ToArray();
        var answers = model.Write([.. problems.SelectMany(problem => Enumerable.Repeat(problem.Question, Drafts))], "cdf.drafts", 1, cancel).Chunk(Drafts).ToArray();
        return [.. problems.Zip(answers, (problem, drafts) => new Item(problem, string.Join(' ', drafts[0].Split(' ').Take(Depths + 1)), RouteByDifficulty.Disagreement(drafts)))];
    }

    private static void Teach(SmallModel model, Kind kind, IReadOnlyList<Item> items, int seed, int steps, CancellationToken cancel)
    {
        if (kind == Kind.Preference)
        {
            model.Prefer([.. items.Index().Select(item => (new Line(item.Item.Problem.Question, item.Item.Problem.Solution), new Line(item.Item.Problem.Question, Worse(item.Item, new Draws(seed, "cdf.worse", item.Index)))))],
                new DirectPreferenceOptimization(Beta), steps, PreferenceRate, "cdf.preference", cancel, PerStep);
            return;
        }
        model.Imitate([.. items.Select(item => kind == Kind.Refinement ? new Line(item.Problem.Question, item.Problem.Solution) : new Line($"{item.Problem.Question} draft {item.Draft} critique", Critique(item)))], steps, Rate, $"cdf.{kind}", cancel, PerStep);
    }

    /// <summary>What is wrong, and the answer.</summary>
    private static string Critique(Item item) => item.Problem.Check(item.Draft).FirstWrong is { } step ? $"wrong at {ChainWorld.Numbers[step]} answer {item.Problem.Solution}" : $"right answer {item.Problem.Solution}";

    /// <summary>The draft, or where it is right the same with a step spoilt.</summary>
    private static string Worse(Item item, Draws draws) => item.Problem.Check(item.Draft).FirstWrong is null ? item.Problem.Spoil(draws) : item.Draft;

    private static Outcome Test(SmallModel model, int seed, CancellationToken cancel)
    {
        var problems = Enumerable.Range(0, Depths * Tested).Select(index => Problem(seed, "test", index)).ToArray();
        var right = problems.Zip(model.Write([.. problems.Select(problem => problem.Question)], "cdf.test", 0, cancel), (problem, answer) => problem.Check(answer).Right ? 1.0 : 0).ToArray();
        return new([.. Enumerable.Range(0, Depths).Select(depth => right.Where((_, index) => index % Depths == depth).Average())]);
    }

    private static string Words(Kind kind) => kind switch { Kind.Critique => "critiques", Kind.Refinement => "corrected answers", _ => "preferences" };

    private static string Text(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);

    private enum Kind
    {
        Critique, Refinement, Preference,
    }

    private sealed record Item(ChainProblem Problem, string Draft, double Difficulty);

    private sealed record Outcome(double[] ByDepth)
    {
        public double All => ByDepth.Average();
    }
}
