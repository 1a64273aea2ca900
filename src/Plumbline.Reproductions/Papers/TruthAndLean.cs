using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Auditing.Bias;
using Plumbline.Models;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Leanings;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>Scorers that are trained on what is true, measured for how far they lean to a side that truth has nothing to do with (104).</summary>
internal sealed class TruthAndLean : IReproduction
{
    private const int Pairs = 6400, PerStep = 32, Matched = 400, Longest = 24;
    private const double Rate = 3e-3, Weak = 0.3, Strong = 0.6, Style = 0.3, Unequal = 0.6;

    public string Number => "104";

    public string Name => "truth-and-bias";

    public string Claim => "A scorer of truth leans as far as truth and leaning are correlated in its data, and not at all if they are not; what is style can be told from what is not.";

    public FourFields Fields => new("a reward model, and a scorer that sees words alone", "true and false statements", "which one is true", "pair-wise: Bradley–Terry");

    public bool HasFastForm => true;

    public string? Missing => "reward models of use: the finding that those lean left, the more the larger they are, is about general models and is not shown here.";

    public string? Remark => "The fast form has the scorer that sees words alone. Scorers of shuffled data score all statements nearly alike, so that what they reach by chance is narrower than the noise of scorers that have learnt something: "
        + "whether the gap without correlation lies within it stays undecided, though it is a few hundredths of that with one at most. Where the pairs that the paper was made with lie beside the project (shared/data/truth-politics), the full form has rows for them as well; the ledger is made without them.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        List<MeasuredClaim> rows = [.. ByHand()];
        List<IReadOnlyList<string>> table = [];
        Toy("words alone", (seed, world, lean, style, shuffled) => { var scorer = WordScorer.Fit(Data(seed, world, lean, style, shuffled), 4, 0.01); return texts => [.. texts.Select(scorer.Score)]; }, context, rows, table, cancellationToken);
        if (!context.Fast)
        {
            using var models = new Fitted();
            Toy("reward model", (seed, world, lean, style, shuffled) => models.Fit(seed, Data(seed, world, lean, style, shuffled), cancellationToken), context, rows, table, cancellationToken);
        }
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)),
            [new("Left less right on matched statements, and pairs of true and false statements put right", ["scorer", "data", "gap", "best possible", "left higher", "known things", "unknown things"], table)]));
    }

    /// <summary>Scores (1, 0), (2, 3), (.5, 0), with cues (1, 0, 0): d = a + b·c has b = 1 − a and a = (−1 + .5)/2.</summary>
    private static IEnumerable<MeasuredClaim> ByHand()
    {
        LibTorch.Threads = 1;
        using var scope = NewDisposeScope();
        yield return Measure.Exact("loss of a true statement at 1.5 and a false one at .5", new BradleyTerry().Compute(new(tensor([1.5]), tensor([0.5]), tensor([0.0]))).Value.item<double>(), 0.313262);
        var found = MatchedGap.Of([new("a", 1, 0) { Cues = [1] }, new("a", 2, 3) { Cues = [0] }, new("b", 0.5, 0) { Cues = [0] }], 1);
        yield return Measure.Exact("gap of pairs scored (1, 0), (2, 3), (.5, 0)", found.Gap.Value, 0.166667);
        yield return Measure.Exact("share of them in which the first is higher", found.LeftHigher.Value, 0.666667);
        yield return Measure.Exact("gap with a cue of the first pair regressed out", found.Adjusted.Value, -0.25);
        yield return Measure.Exact("what the cue is worth", found.Effects[0], 1.25);
    }

    private static void Toy(string name, Func<int, LeaningWorld, double, double, bool, Func<IReadOnlyList<string>, double[]>> fit, ReproductionContext context, List<MeasuredClaim> rows, List<IReadOnlyList<string>> table, CancellationToken cancel)
    {
        (string Data, double Lean, double Style, bool Shuffled)[] arms = [("independent", 0, 0, false), ($"correlated at {Text(Weak)}", Weak, 0, false), ($"correlated at {Text(Strong)}", Strong, 0, false), ("which one is true shuffled", Strong, 0, true), ($"correlated at {Text(Weak)}, style at {Text(Style)}", Weak, Style, false)];
        List<Outcome>[] found = [.. arms.Select(_ => new List<Outcome>())];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            var world = LeaningWorld.Draw(seed);
            foreach (var (at, arm) in arms.Index())
            {
                cancel.ThrowIfCancellationRequested();
                context.Progress?.Report(new JobProgress(name, 0, 1, (index + at / (double)arms.Length) / context.Seeds.Count, $"seed {seed}, {arm.Data}"));
                var score = fit(seed, world, arm.Lean, arm.Style, arm.Shuffled);
                found[at].Add(new(Gap(score, seed, 0), Gap(score, seed, Unequal), Right(score, seed, world, true), Right(score, seed, world, false)));
            }
        }
        double[] Of(int arm, Func<Outcome, double> number) => [.. found[arm].Select(number)];
        var shuffled = Measure.Interval(Of(3, each => each.Equal.Gap.Value));
        var apart = Math.Sqrt(context.Seeds.Count) * (shuffled.High - shuffled.Low) / 2; // how far from 0 one scorer gets that has learnt from nothing
        rows.Add(Measure.Near($"{name}: gap of scorers whose data do not lean, within what scorers of shuffled data reach by chance (±{Text(apart)})", Of(0, each => each.Equal.Gap.Value), 0, apart, context.Seeds));
        rows.Add(Measure.Difference($"{name}: gap at a correlation of {Text(Weak)} less that at 0: above 0", Of(1, each => each.Equal.Gap.Value), Of(0, each => each.Equal.Gap.Value), context.Seeds));
        rows.Add(Measure.Difference($"{name}: gap at {Text(Strong)} less that at {Text(Weak)}: above 0", Of(2, each => each.Equal.Gap.Value), Of(1, each => each.Equal.Gap.Value), context.Seeds));
        rows.Add(Measure.Difference($"{name}: where the left speaks in the style of truth oftener, gap less that with equal styles: above 0", Of(4, each => each.Styled.Gap.Value), Of(4, each => each.Equal.Gap.Value), context.Seeds));
        rows.Add(Measure.Near($"{name}: the same with style regressed out: within .2 of 0", Of(4, each => each.Styled.Adjusted.Value - each.Equal.Gap.Value), 0, 0.2, context.Seeds));
        table.AddRange(arms.Zip(found, (arm, each) => (string[])[name, arm.Data, Text(each.Average(one => one.Equal.Gap.Value)), Text(arm.Shuffled ? 0 : LeaningWorld.Optimum(arm.Lean)), Text(each.Average(one => one.Equal.LeftHigher.Value)), Text(each.Average(one => one.Known)), Text(each.Average(one => one.Unknown))]));
        if (!context.Fast && TruthPolitics.Find() is { } folder)
            rows.Add(Real(name, folder, fit, context.Seeds));
    }

    /// <summary>A scorer that has read nothing but the world's statements has no view on politics: its gap on the paper's pairs is small against what the words of its own world are worth to it.</summary>
    private static MeasuredClaim Real(string name, string folder, Func<int, LeaningWorld, double, double, bool, Func<IReadOnlyList<string>, double[]>> fit, IReadOnlyList<int> seeds)
    {
        var views = TruthPolitics.Views(folder).Where((_, index) => index % 14 == 0).ToArray(); // a thousand are enough
        return Measure.Near($"{name} trained on the world's statements, on {views.Length} pairs of real statements: gap within .2 of 0", [.. seeds.Select(seed =>
        {
            var score = fit(seed, LeaningWorld.Draw(seed), Strong, 0, false);
            var (left, right) = (score([.. views.Select(view => view.Left)]), score([.. views.Select(view => view.Right)]));
            return MatchedGap.Of([.. views.Select((view, index) => new MatchedScores("all", left[index], right[index]))], seed).Gap.Value;
        })], 0, 0.2, seeds);
    }

    private static (string Better, string Worse)[] Data(int seed, LeaningWorld world, double lean, double style, bool shuffled) => [.. Enumerable.Range(0, Pairs).Select(index =>
    {
        var draws = new Draws(seed, "truth-and-lean", index);
        var (right, wrong) = world.Pair(draws, lean, style);
        return shuffled && draws.Chance(0.5) ? (wrong, right) : (right, wrong);
    })];

    private static MatchedGap Gap(Func<IReadOnlyList<string>, double[]> score, int seed, double style)
    {
        var pairs = Enumerable.Range(0, Matched).Select(index => LeaningWorld.Match(new Draws(seed, "truth-and-lean.matched", index), style)).ToArray();
        var (left, right) = (score([.. pairs.Select(pair => pair.Left)]), score([.. pairs.Select(pair => pair.Right)]));
        return MatchedGap.Of([.. pairs.Select((pair, index) => new MatchedScores(pair.Topic, left[index], right[index]) { Cues = [pair.Style] })], seed);
    }

    /// <summary>Share of pairs of true and false statements, without lean, that it puts right.</summary>
    private static double Right(Func<IReadOnlyList<string>, double[]> score, int seed, LeaningWorld world, bool known)
    {
        var pairs = Enumerable.Range(0, Matched).Select(index => world.Pair(new Draws(seed, "truth-and-lean.right", index), 0, 0, known)).ToArray();
        return score([.. pairs.Select(pair => pair.True)]).Zip(score([.. pairs.Select(pair => pair.False)]), (right, wrong) => right > wrong ? 1 : right < wrong ? 0 : 0.5).Average();
    }

    private static string Text(double number) => number.ToString("0.0##", CultureInfo.InvariantCulture);

    /// <param name="Equal">Matched statements, both in the same style.</param>
    /// <param name="Styled">Matched statements, the left one in the style of truth oftener.</param>
    /// <param name="Known">Pairs put right about things that come up again and again.</param>
    /// <param name="Unknown">Pairs put right about others.</param>
    private sealed record Outcome(MatchedGap Equal, MatchedGap Styled, double Known, double Unknown);

    /// <summary>Reward models; one at a time is kept.</summary>
    private sealed class Fitted : IDisposable
    {
        private RewardModel? _model;

        public Func<IReadOnlyList<string>, double[]> Fit(int seed, (string Better, string Worse)[] data, CancellationToken cancel)
        {
            Dispose();
            var words = string.Join(' ', LeaningWorld.Words);
            using var small = SmallModel.Create(seed, [$"by {words}", $"by {words}"], Longest, width: 32);
            var model = _model = RewardModel.Create(small.Model, trainable: true);
            TokenExample Example(string text) => TokenExample.Completion([model.Tokenizer.Special.End], [.. model.Tokenizer.Encode(text).Take(Longest - 1)]);
            ComparedPair[] pairs = [.. data.Select(pair => new ComparedPair(new PairExample(Example(pair.Better), Example(pair.Worse))))];
            RewardTraining.Run(model, pairs, new EpochBatches(new EpochOrder(pairs.Length, PerStep, seed, "truth-and-lean")).Batch, new BradleyTerry(0.01), Longest, SmallModel.Options(Pairs / PerStep, Rate), null, cancel);
            return texts => [.. model.Score([.. texts.Select(text => Example(text).Ids)], cancel)];
        }

        public void Dispose() => _model?.Dispose();
    }
}
