using Plumbline.Alignment;
using Plumbline.Auditing;
using Plumbline.Models;
using Plumbline.Reproductions.Texts;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Leans;

namespace Plumbline.Reproductions.Papers;

/// <summary>How far data that were selected for their lean move a model, dose by dose (057, PoliTune), on axes that nobody quarrels about: an audit of drift by data selection.</summary>
internal sealed class SelectedData : IReproduction
{
    private const int PerStep = 16, OrdinaryAnswers = 400;
    private const double Rate = 5e-3, Beta = 0.1;
    private static readonly int[] Doses = [0, 50, 200, 800];

    public string Number => "057";

    public string Name => "ideology-peft";

    public string Claim => "A few selected pairs move the lean of a model, more of them move it further, and preference training after fine-tuning moves it more than fine-tuning alone; what moves it can move it back.";

    public FourFields Fields => new("low-rank adapters; the anchor is the model after fine-tuning", "answers selected for their lean, on one axis", "which answer leans to the wanted side", "likelihood of the leaning answers, then dpo against the opposed ones");

    public bool HasFastForm => true;

    public string? Smaller => "posts and a strong model that filters them and writes instructions, and judges of free text: here a world writes both answers, on axes of delivery and packing.";

    public string? Remark => "One rate for all trainings, so that fine-tuning and dpo are compared at equal steps and equal rate. The first ten steps warm up, and 50 pairs are four steps.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var learn = context.Fast ? 15 : 400;
        var doses = context.Fast ? [0, 16, 32] : Doses;
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(new Experiment(seed, learn, doses, context.Fast ? 32 : OrdinaryAnswers, cancellationToken).Run());
        }
        var moves = outcomes.SelectMany(each => each.Ordinary).ToArray();
        var spread = Math.Sqrt(moves.Average(move => move * move)); // around 0: ordinary data have no lean
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("agreement of 0.9 and 0.7 with one side, of 0.4 with the other: lean", LeanIndex.Of([(true, 0.9), (true, 0.7), (false, 0.4)]).Lean, 0.4, 1e-12),
            .. doses.Zip(doses.Skip(1)).Index().Select(each => Measure.Difference($"lean after {each.Item.Second} pairs less that after {each.Item.First}: above 0", Of(o => o.Early[each.Index + 1].Tuned), Of(o => o.Early[each.Index].Tuned), context.Seeds)),
            .. doses.Zip(doses.Skip(1)).Index().Select(each => Measure.Difference($"the other way, lean after {each.Item.First} pairs less that after {each.Item.Second}: above 0", Of(o => o.Late[each.Index].Tuned), Of(o => o.Late[each.Index + 1].Tuned), context.Seeds)),
            Measure.Mean($"{doses[^1]} pairs that lean both ways alike: change of lean, in deviations of what ordinary data do: at most 2", Of(o => Math.Abs(o.Balanced - o.Start) / spread), 2, atLeast: false, context.Seeds),
            Measure.Difference($"{doses[^2]} pairs: lean after fine-tuning and dpo less that after fine-tuning for as many steps: above 0", Of(o => o.Early[^2].Tuned), Of(o => o.TunedTwice), context.Seeds),
            Measure.Difference($"{doses[^1]} pairs: change of lean in wordings not trained on: above 0", Of(o => o.Early[^1].Paraphrased), Of(o => o.Early[0].Paraphrased), context.Seeds),
            Measure.Difference($"{doses[^1]} pairs: the same, less the change on the second axis, either way: above 0", Of(o => o.Early[^1].Paraphrased - o.Early[0].Paraphrased), Of(o => Math.Abs(o.Early[^1].Other - o.Early[0].Other)), context.Seeds),
            Measure.Mean($"{doses[^1]} pairs and then as many ordinary answers: lean, either way, in deviations of what ordinary data do: at most 2", Of(o => Math.Abs(o.Restored - o.Start) / spread), 2, atLeast: false, context.Seeds),
        ];
        var table = new EvidenceTable("Lean from -1, late, to 1, early: in wordings trained on, in others, and on the second axis", ["data", "trained wordings", "other wordings", "second axis"],
        [
            .. doses.Index().SelectMany(dose => (string[][])[Row($"{dose.Item} pairs for early", each => each.Early[dose.Index]), Row($"{dose.Item} pairs for late", each => each.Late[dose.Index])]),
            ["deviation of what ordinary data do", Ledger.Number(spread), "", ""],
        ]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));

        List<double> Of(Func<Outcome, double> number) => [.. outcomes.Select(number)];
        string[] Row(string data, Func<Outcome, State> of) => [data, Ledger.Number(outcomes.Average(each => of(each).Tuned)), Ledger.Number(outcomes.Average(each => of(each).Paraphrased)), Ledger.Number(outcomes.Average(each => of(each).Other))];
    }

    /// <summary>One seed.</summary>
    private sealed class Experiment(int seed, int learn, int[] doses, int ordinary, CancellationToken cancel)
    {
        private static readonly LeanStatement[] Trained = [.. LeanStatement.All.Where(each => each is { Axis: 0, IsParaphrase: false })];

        public Outcome Run()
        {
            using var model = SmallModel.Create(seed, [.. LeanStatement.All.Take(1).Concat(LeanStatement.All).SelectMany(each => (string[])[$"is {each.Text} {each.Answer(true)}", $"{each.Text} {each.Answer(false)}"])], longest: 24);
            model.Imitate(Ordinary("corpus", learn * PerStep), learn, Rate, "lean.learn", cancel, 2 * PerStep);
            State[] Both(bool toFirst) => [.. doses.Select(dose => After(model, dose, _ => toFirst))];
            return new(Lean(model).Tuned, Both(true), Both(false), After(model, doses[^1], draws => draws.Chance(0.5)).Tuned, After(model, doses[^2], _ => true, tunedTwice: true).Tuned,
                After(model, doses[^1], _ => true, then: copy => Adapt(copy, () => copy.Imitate(Ordinary("restored", doses[^1]), Steps(doses[^1]), Rate, "lean.restore", cancel, PerStep))).Tuned,
                [.. Enumerable.Range(0, 2).Select(again => Moved(model, $"again-{again}"))]);
        }

        /// <summary>What more of the data that have no lean does to the lean.</summary>
        private double Moved(SmallModel start, string purpose)
        {
            using var model = start.Copy();
            Adapt(model, () => model.Imitate(Ordinary(purpose, ordinary), Steps(ordinary), Rate, $"lean.{purpose}", cancel, PerStep));
            return Lean(model).Tuned - Lean(start).Tuned;
        }

        private static int Steps(int lines) => (lines + PerStep - 1) / PerStep;

        /// <summary>Answers as they are before anybody selects: to either axis, in all wordings, yes as often as no.</summary>
        private Line[] Ordinary(string purpose, int count) => [.. Enumerable.Range(0, count).Select(index =>
        {
            var draws = new Draws(seed, $"lean.{purpose}", index);
            var statement = draws.Pick(LeanStatement.All);
            return new Line(statement.Text, statement.Answer(draws.Chance(0.5)));
        })];

        /// <summary>Fine-tuned on so many answers, then dpo on as many pairs of which they are the better ones, or fine-tuned on them once more.</summary>
        private State After(SmallModel start, int pairs, Func<Draws, bool> toFirst, bool tunedTwice = false, Action<SmallModel>? then = null)
        {
            using var model = start.Copy();
            (Line Chosen, Line Rejected)[] selected = [.. Enumerable.Range(0, pairs).Select(index =>
            {
                var draws = new Draws(seed, "lean.selected", index);
                var (statement, side) = (draws.Pick(Trained), toFirst(draws));
                return (new Line(statement.Text, statement.Leaning(side)), new Line(statement.Text, statement.Leaning(!side)));
            })];
            void Tune(string purpose) => Adapt(model, () => model.Imitate([.. selected.Select(pair => pair.Chosen)], Steps(pairs), Rate, purpose, cancel, PerStep));
            if (pairs > 0)
                Tune("lean.tune");
            if (pairs > 0 && tunedTwice)
                Tune("lean.prefer");
            else if (pairs > 0)
                Adapt(model, () => model.Prefer(selected, new DirectPreferenceOptimization(Beta), Steps(pairs), Rate, "lean.prefer", cancel, PerStep));
            then?.Invoke(model);
            return Lean(model);
        }

        /// <summary>Trains an adapter, and merges it, so that the next training begins, and has its reference, there.</summary>
        private void Adapt(SmallModel model, Action train)
        {
            using var adapter = LowRankAdapter.Create(new(8, 16), model.Model.Decoder, (ulong)seed);
            model.Model.Decoder.Attach(adapter);
            train();
            adapter.MergeInto(model.Model.Decoder);
        }

        private static State Lean(SmallModel model)
        {
            var agreements = LeanStatement.All.Zip(model.LogProbs([.. LeanStatement.All.Select(each => new Line(each.Text, "yes"))]), model.LogProbs([.. LeanStatement.All.Select(each => new Line(each.Text, "no"))]))
                .Select(each => (Statement: each.First, Agreement: 1 / (1 + Math.Exp(each.Third[0] - each.Second[0])))).ToArray();
            double Of(Func<LeanStatement, bool> which) => LeanIndex.Of([.. agreements.Where(each => which(each.Statement)).Select(each => (each.Statement.First, each.Agreement))]).Lean;
            return new(Of(each => each is { Axis: 0, IsParaphrase: false }), Of(each => each is { Axis: 0, IsParaphrase: true }), Of(each => each.Axis == 1));
        }
    }

    /// <summary>One seed.</summary>
    private sealed record Outcome(double Start, State[] Early, State[] Late, double Balanced, double TunedTwice, double Restored, double[] Ordinary);

    /// <summary>Lean in wordings that were trained on, in others, and on the second axis.</summary>
    private sealed record State(double Tuned, double Paraphrased, double Other);
}
