using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Texts;
using Plumbline.Training.Objectives;
using Plumbline.Training.Rewards;
using Plumbline.Worlds.Tables;

namespace Plumbline.Reproductions.Papers;

/// <summary>Class, months and a written reason from one row, first imitated and then reinforced with a reward of several parts (087). A recipe in a world of made-up rows: nothing here is about patients.</summary>
internal sealed class RationaleReward : IReproduction
{
    private const int Learning = 150, Short = 20, Steps = 60, Rows = 16, Attempts = 8, Tested = 400, Longest = 32, MostTokens = 12;
    private const double Rate = 3e-3, PolicyRate = 5e-4, Fading = 4;

    public string Number => "087";

    public string Name => "oncoreason";

    public string Claim => "Reasons that are learnt before the answer help where the rule takes more than one step, and a reward for the reason keeps it true to the rule.";

    public FourFields Fields => new("all weights", "rows of attributes with their course", "likelihood of reasons and answers; then class, months, reason and form, weighed", "likelihood, and policy gradient: group-relative");

    public bool HasFastForm => true;

    public string? Smaller => "anything about patients: rows and rule are made up, and no clinical claim is made. How the parts of the reward are weighed is our reading of the paper; reasons are generated from the rule, not by a larger model.";

    public string? Remark => "The fast form has the exact rows alone. All imitations take as many steps on the same rows, and so do all reinforcements.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        IReadOnlyList<MeasuredClaim> exact = Measure.Timed([.. ByHand()], context.Clock.GetElapsedTime(start));
        if (context.Fast)
            return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, exact, []));
        var (rows, table) = Compare(context, cancellationToken);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, [.. exact, .. rows], [table]));
    }

    /// <summary>Rewards (1, 0, 0, 1) with 10⁻⁴ added to the deviation; and an answer with the right class, 2 months off at τ = 4, a right reason and form.</summary>
    private static IEnumerable<MeasuredClaim> ByHand()
    {
        double First(double[] rewards, DeviationScale scale) => GroupAdvantage.Of(rewards, scale: scale, offset: 1e-4)[0];
        yield return Measure.Exact("rewards (1, 0, 0, 1): advantage of the first, deviation over n − 1", First([1, 0, 0, 1], DeviationScale.Sample), 0.8659, 5e-5);
        yield return Measure.Exact("the same, deviation over n", First([1, 0, 0, 1], DeviationScale.Population), 0.9998, 5e-5);
        yield return Measure.Exact("equal rewards: advantage", First([0.3, 0.3, 0.3], DeviationScale.Population), 0, 0);
        yield return Measure.Exact("right class, 2 months off, right reason and form: .4 + .3·exp(−½) + .2 + .1", Reward.Of(new("stage two class poor months ten", new(2, true, 8))), 0.881959);
        yield return Measure.Exact("wrong class, months right, one of two words of the reason", Reward.Of(new("stage one class good months eight", new(2, true, 8))), 0.5);
        yield return Measure.Exact("no form", Reward.Of(new("stage two poor", new(2, true, 8))), 0, 0);
    }

    /// <summary>.4 [class right] + .3 exp(−|t − t̂|/τ) + .2 word F1 of the reason + .1 [form].</summary>
    private static CompositeReward<Attempt> Reward { get; } = new(
        new("class", 0.4, attempt => attempt.Said is { } said && said.Poor == attempt.Truth.Poor ? 1 : 0),
        new("months", 0.3, attempt => attempt.Said is { } said ? Math.Exp(-Math.Abs(said.Months - attempt.Truth.Months) / Fading) : 0),
        new("reason", 0.2, attempt => attempt.Said is { } said ? TextOverlap.WordF1(said.Reasoning, attempt.Truth.Reasoning) : 0),
        new("form", 0.1, attempt => attempt.Said is null ? 0 : 1));

    private static (IReadOnlyList<MeasuredClaim> Rows, EvidenceTable Table) Compare(ReproductionContext context, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        string[] arms = ["one step: answers", "one step: reasons and answers", "two steps: answers", "two steps: reasons and answers", "then reinforced", "then reinforced, reason not rewarded", "after few steps of imitation", "then reinforced"];
        List<Outcome>[] found = [.. arms.Select(_ => new List<Outcome>())];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("rows", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var twoSteps in (bool[])[false, true])
            {
                var world = new TableWorld(twoSteps);
                using var direct = Imitate(seed, world, reasons: false, Learning, cancel);
                using var chains = Imitate(seed, world, reasons: true, Learning, cancel);
                found[twoSteps ? 2 : 0].Add(Test(direct, seed, world, cancel));
                found[twoSteps ? 3 : 1].Add(Test(chains, seed, world, cancel));
                if (!twoSteps)
                    continue;
                using var barely = Imitate(seed, world, reasons: true, Short, cancel);
                found[6].Add(Test(barely, seed, world, cancel));
                found[4].Add(Reinforced(chains, seed, world, Reward, cancel));
                found[5].Add(Reinforced(chains, seed, world, Reward.Without("reason"), cancel));
                found[7].Add(Reinforced(barely, seed, world, Reward, cancel));
            }
        }
        double[] Of(int arm, Func<Outcome, double> number) => [.. found[arm].Select(number)];
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Difference("two steps: F1 with reasons less without: at least .03", Of(3, each => each.F1), Of(2, each => each.F1), context.Seeds, 0.03),
            Measure.Mean("one step: F1 with reasons less without, either way: at most .01", [.. Of(1, each => each.F1).Zip(Of(0, each => each.F1), (with, without) => Math.Abs(with - without))], 0.01, atLeast: false, context.Seeds),
            Measure.Difference("share of reasons that are true to the rule, reinforced less imitated: above 0", Of(4, each => each.Faithful), Of(3, each => each.Faithful), context.Seeds),
            Measure.Difference("answers without form, reinforced from a start that barely imitated less from the full one: above 0", Of(7, each => each.Invalid), Of(4, each => each.Invalid), context.Seeds),
            Measure.Difference("true reasons, rewarded less not rewarded: above 0", Of(4, each => each.Faithful), Of(5, each => each.Faithful), context.Seeds),
        ];
        return (Measure.Timed(rows, context.Clock.GetElapsedTime(began)), new EvidenceTable("Answers at temperature 1", ["training", "F1 of the class", "months off", "true reasons", "without form"],
            [.. arms.Zip(found, (arm, each) => (string[])[arm, Text(each.Average(one => one.F1)), Text(each.Average(one => one.Off)), Text(each.Average(one => one.Faithful)), Text(each.Average(one => one.Invalid))])]));
    }

    private static SmallModel Imitate(int seed, TableWorld world, bool reasons, int steps, CancellationToken cancel)
    {
        var words = string.Join(' ', TableWorld.Words);
        var model = SmallModel.Create(seed, [$"age {words}", $"age {words}"], Longest);
        model.Imitate([.. Enumerable.Range(0, 32 * Learning).Select(index => world.Draw(new Draws(seed, "tables.train", index))).Select(row => new Line(row.Question, (reasons ? row.Truth : row.Truth with { Stage = null }).Text))], steps, Rate, "tables", cancel);
        return model;
    }

    private static Outcome Reinforced(SmallModel start, int seed, TableWorld world, CompositeReward<Attempt> reward, CancellationToken cancel)
    {
        using var model = start.Copy();
        TableRow[] Asked(int step) => [.. Enumerable.Range(0, Rows).Select(row => world.Draw(new Draws(seed, "tables.asked", (step * Rows) + row)))];
        Reinforcement.Run(model, seed, step => [.. Asked(step).Select(row => row.Question)], Attempts, (step, row, answer) => reward.Of(new(answer, Asked(step)[row].Truth)), new GroupPolicyGradient(Beta: 0) { ScaleOffset = 1e-4 }, Steps, PolicyRate, MostTokens, cancel);
        return Test(model, seed, world, cancel);
    }

    private static Outcome Test(SmallModel model, int seed, TableWorld world, CancellationToken cancel)
    {
        TableRow[] rows = [.. Enumerable.Range(0, Tested).Select(index => world.Draw(new Draws(seed, "tables.test", index)))];
        Attempt[] attempts = [.. model.Write([.. rows.Select(row => row.Question)], "tables.test", 1, cancel).Zip(rows, (answer, row) => new Attempt(answer, row.Truth))];
        TableAnswer[] read = [.. attempts.Select(attempt => attempt.Said).OfType<TableAnswer>()];
        return new(((bool[])[true, false]).Average(poor => F1(attempts, poor)), attempts.Where(attempt => attempt.Said is not null).Select(attempt => (double)Math.Abs(attempt.Said!.Months - attempt.Truth.Months)).DefaultIfEmpty(double.NaN).Average(),
            attempts.Average(attempt => attempt.Said?.Stage == attempt.Truth.Stage ? 1.0 : 0), 1 - read.Length / (double)attempts.Length);
    }

    private static double F1(Attempt[] attempts, bool poor)
    {
        var both = attempts.Count(attempt => attempt.Said?.Poor == poor && attempt.Truth.Poor == poor);
        return 2.0 * both / Math.Max(1, attempts.Count(attempt => attempt.Said?.Poor == poor) + attempts.Count(attempt => attempt.Truth.Poor == poor));
    }

    private static string Text(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);

    private sealed record Attempt(string Answer, TableAnswer Truth)
    {
        public TableAnswer? Said { get; } = TableAnswer.Read(Answer);
    }

    /// <param name="F1">Of the class, the mean over both.</param>
    /// <param name="Off">Months off, of answers with form.</param>
    /// <param name="Faithful">Share of answers whose reason is what the rule says.</param>
    /// <param name="Invalid">Share of answers without form.</param>
    private sealed record Outcome(double F1, double Off, double Faithful, double Invalid);
}
