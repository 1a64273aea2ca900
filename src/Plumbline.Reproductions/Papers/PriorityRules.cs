using Plumbline.Alignment;
using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Worlds.Rules;

namespace Plumbline.Reproductions.Papers;

/// <summary>Rules in the conversation outrank its user, in their order; what follows them exactly is distilled into weights (044, SoFA).</summary>
internal sealed class PriorityRules : IReproduction
{
    private const int Sets = 5000, PerStep = 32, MostRules = 3;
    private const double LearnRate = 3e-3, DistillRate = 3e-3;

    public string Number => "044";

    public string Name => "sofa";

    public string Claim => "A model to which the following of priority rules was distilled keeps the rules that apply, in their order, whatever else is said, and still does as before where there are none.";

    public FourFields Fields => new("all weights; the reference is the model before", "rules, a request and the answer that keeps them in their order; distraction and conflict among them", "the first rule that one answer keeps and another breaks", "likelihood of the best answer, and of the reference's own answers where there are no rules");

    public bool HasFastForm => true;

    public string? Smaller => "rules are about colours, and what to learn is computed by holding every answer against every rule, where a strong model simulates rules in free text one by one. The paper's loss was not seen; the reference guides by its own answers.";

    public string? Remark => "The exact order keeps all that it should; the thresholds for the trained model are ours. After half of the steps, at a lower rate and on seeds 11 and 12, it was right in 0.58 of the cases, so it was still learning when it stopped. "
        + "Both arms of the last row see as many rows; without the reference's own answers, all of them have rules.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var (learn, distil, asked) = context.Fast ? (20, 10, 20) : (300, 1200, 300);
        List<Outcome> outcomes = [];
        List<double> counted = [];
        var (byWeight, irrelevant, swapped) = (0, 0, 0);
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            var sets = Enumerable.Range(0, Sets).Select(set => Answers(new Draws(seed, "sofa.sets", set))).ToArray();
            byWeight += sets.Count(set => RuleCompliance.Best(set) != Best(set, answer => answer.Weight));
            irrelevant += sets.Index().Count(set => RuleCompliance.Best(set.Item) != RuleCompliance.Best(WithIrrelevant(set.Item, set.Index)));
            swapped += sets.Index().Count(set => !FlipsWhereRulesConflict(set.Item[0], set.Item[1], set.Index));
            counted.Add(sets.Average(set => RuleCompliance.Best(set) != Best(set, answer => answer.Kept.Count(kept => kept)) ? 1.0 : 0));
            outcomes.Add(new Experiment(seed, learn, distil, asked, cancellationToken).Run());
        }
        var size = $"{learn} and {distil} steps";
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact($"sets of answers, of {Sets} a seed, where the first rule that decides and weights that halve choose differently", byWeight, 0),
            Measure.Mean("share of sets where the number of kept rules chooses another answer: above 0", counted, 0, atLeast: true, context.Seeds),
            Measure.Exact("sets where a rule that does not apply changes the choice", irrelevant, 0),
            Measure.Exact("pairs where exchanging two neighbouring rules does not turn the choice just where they conflict and none before them decides", swapped, 0),
            Measure.Mean($"rules and requests not trained on answered as the exact choice is, {size}: at least 0.9", Of(each => each.Distilled.Right), 0.9, atLeast: true, context.Seeds),
            Measure.Difference($"the same, less that before, {size}: above 0.3", Of(each => each.Distilled.Right), Of(each => each.Before.Right), context.Seeds, 0.3),
            Measure.Mean($"answers that another rule that does not apply changes, {size}: at most 0.1", Of(each => each.Distracted), 0.1, atLeast: false, context.Seeds),
            Measure.Mean($"answers that 'ignore the rules above' changes, {size}: at most 0.1", Of(each => each.Overridden), 0.1, atLeast: false, context.Seeds),
            Measure.Mean($"conflicting rules exchanged, answered as the exact choice is in both orders, {size}: at least 0.9", Of(each => each.Exchanged), 0.9, atLeast: true, context.Seeds),
            Measure.Difference($"another skill, asked for without rules: right with the reference's own answers in the data less without, {size}: above 0", Of(each => each.Distilled.Skill), Of(each => each.Unguided.Skill), context.Seeds),
        ];
        var table = new EvidenceTable("Share of right answers", ["model", "with rules", "another skill without rules"],
            [Row("before", each => each.Before), Row("distilled", each => each.Distilled), Row("distilled without the reference's own answers", each => each.Unguided)]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));

        List<double> Of(Func<Outcome, double> number) => [.. outcomes.Select(number)];
        string[] Row(string model, Func<Outcome, State> of) => [model, Ledger.Number(outcomes.Average(each => of(each).Right)), Ledger.Number(outcomes.Average(each => of(each).Skill))];
    }

    private static RuleCompliance[] Answers(Draws draws)
    {
        var rules = draws.Between(2, 8);
        return [.. Enumerable.Range(0, draws.Between(2, 6)).Select(_ => new RuleCompliance([.. Enumerable.Range(0, rules).Select(_ => draws.Chance(0.6))], draws.NextDouble()))];
    }

    /// <summary>The best by a number, and by help among those that have as much of it.</summary>
    private static int Best(RuleCompliance[] answers, Func<RuleCompliance, double> number) => answers.Index().OrderByDescending(each => number(each.Item)).ThenByDescending(each => each.Item.Help).First().Index;

    private static RuleCompliance[] WithIrrelevant(RuleCompliance[] answers, int place) => [.. answers.Select(answer => answer with { Kept = [.. answer.Kept.Take(place % answer.Kept.Count), true, .. answer.Kept.Skip(place % answer.Kept.Count)] })];

    private static bool FlipsWhereRulesConflict(RuleCompliance one, RuleCompliance other, int place)
    {
        var at = place % (one.Kept.Count - 1);
        var conflict = Enumerable.Range(0, at).All(rule => one.Kept[rule] == other.Kept[rule]) && one.Kept[at] != other.Kept[at] && one.Kept[at + 1] == other.Kept[at] && other.Kept[at + 1] == one.Kept[at];
        return Math.Sign(one.CompareTo(other)) != Math.Sign(Exchanged(one).CompareTo(Exchanged(other))) == conflict;

        RuleCompliance Exchanged(RuleCompliance answer) => answer with { Kept = [.. answer.Kept.Select((kept, rule) => rule == at ? answer.Kept[at + 1] : rule == at + 1 ? answer.Kept[at] : kept)] };
    }

    /// <summary>One seed.</summary>
    private sealed class Experiment(int seed, int learn, int distil, int asked, CancellationToken cancel)
    {
        public Outcome Run()
        {
            using var before = SmallModel.Create(seed, Words(), longest: 40);
            before.Imitate([.. Enumerable.Range(0, learn * PerStep / 4).Select(index => Right(Plain("corpus", index)))], learn, LearnRate, "sofa.learn", cancel, PerStep);
            ColourRequest[] ruled = [.. Enumerable.Range(0, distil * PerStep / 2).Select(index => Ruled("trained", index))];
            ColourRequest[] plain = [.. Enumerable.Range(0, ruled.Length / 4).Select(index => Plain("guide", index))];
            Line[] guide = [.. plain.Zip(before.Write([.. plain.Select(each => each.Text)], "sofa.guide", 0, cancel), (request, answer) => new Line(request.Text, answer))];
            using var distilled = Distilled(before, [.. ruled.Skip(guide.Length).Select(Right), .. guide]);
            using var unguided = Distilled(before, [.. ruled.Select(Right)]);
            var known = ruled.Select(each => each.Text).ToHashSet(StringComparer.Ordinal);
            ColourRequest[] tests = [.. Enumerable.Range(0, 20 * asked).Select(index => Ruled("test", index) with { Overrides = false }).Where(each => !known.Contains(each.Text)).Take(asked)];
            return new(StateOf(before, tests), StateOf(distilled, tests), StateOf(unguided, tests), Changed(distilled, tests, Distract), Changed(distilled, tests, request => request with { Overrides = true }), Exchanges(distilled));
        }

        private static IEnumerable<string> Words()
        {
            var all = Enumerable.Range(0, ColourRequest.Colours).SelectMany(colour => (ColourRequest[])[new([new(true, colour), new(false, colour)], colour, colour) { Overrides = true }, new([new(false, colour)], colour, colour) { Swapped = true }]);
            return [.. all.SelectMany(each => (string[])[$"{each.Text} {ColourRequest.Say([each.First])}", $"{each.Text} {ColourRequest.Say([])}"])];
        }

        /// <summary>The answer that keeps the rules in their order, found among all.</summary>
        private static Line Right(ColourRequest request)
        {
            int[][] answers = [.. request.Answers];
            return new(request.Text, ColourRequest.Say(answers[RuleCompliance.Best([.. answers.Select(named => new RuleCompliance([.. request.Rules.Select(rule => rule.Keeps(named))], request.Help(named)))])]));
        }

        private ColourRequest Plain(string purpose, int index)
        {
            var draws = new Draws(seed, $"sofa.{purpose}", index);
            return ColourRequest.Draw(draws, 0) with { Swapped = draws.Chance(0.5) };
        }

        /// <summary>One to three rules, of which about half are about what is asked for; sometimes the user says that they do not count.</summary>
        private ColourRequest Ruled(string purpose, int index)
        {
            var draws = new Draws(seed, $"sofa.{purpose}", index);
            var request = ColourRequest.Draw(draws, draws.Between(1, MostRules));
            return request with { Rules = [.. request.Rules.Select(rule => draws.Chance(0.4) ? new ColourRule(rule.Always && draws.Chance(0.5), draws.Chance(0.5) ? request.First : request.Second) : rule)], Overrides = draws.Chance(0.3) };
        }

        private SmallModel Distilled(SmallModel start, Line[] lines)
        {
            var model = start.Copy();
            model.Imitate(lines, distil, DistillRate, "sofa.distil", cancel, PerStep);
            return model;
        }

        /// <summary>With a rule in front that forbids a colour of which nothing else speaks.</summary>
        private static ColourRequest Distract(ColourRequest request)
        {
            var free = Enumerable.Range(0, ColourRequest.Colours).First(colour => colour != request.First && colour != request.Second && request.Rules.All(rule => rule.Colour != colour));
            return request with { Rules = [new(false, free), .. request.Rules] };
        }

        private double Changed(SmallModel model, ColourRequest[] tests, Func<ColourRequest, ColourRequest> change)
        {
            ColourRequest[] able = [.. tests.Where(each => each.Rules.Count < MostRules)];
            return Written(model, able).Zip(Written(model, [.. able.Select(change)]), (one, other) => one == other ? 0.0 : 1).Average();
        }

        /// <summary>Share of requests with two conflicting rules that are answered right in both orders of the rules.</summary>
        private double Exchanges(SmallModel model)
        {
            ColourRequest[] requests = [.. Enumerable.Range(0, asked).Select(index =>
            {
                var draws = new Draws(seed, "sofa.conflict", index);
                var (request, colour, first) = (ColourRequest.Draw(draws, 0), draws.Next(ColourRequest.Colours), draws.Chance(0.5));
                return request with { Rules = [new(first, colour), new(!first, colour)] };
            })];
            ColourRequest[] turned = [.. requests.Select(each => each with { Rules = [.. each.Rules.Reverse()] })];
            return IsRight(model, requests).Zip(IsRight(model, turned), (one, other) => one && other ? 1.0 : 0).Average();
        }

        private State StateOf(SmallModel model, ColourRequest[] tests) => new(IsRight(model, tests).Average(right => right ? 1.0 : 0),
            IsRight(model, [.. Enumerable.Range(0, asked).Select(index => Plain("skill", index) with { Swapped = true })]).Average(right => right ? 1.0 : 0));

        private IEnumerable<bool> IsRight(SmallModel model, ColourRequest[] requests) => requests.Zip(Written(model, requests), (request, answer) => Right(request).Answer == answer);

        private IReadOnlyList<string> Written(SmallModel model, ColourRequest[] requests) => model.Write([.. requests.Select(each => each.Text)], "sofa.test", 0, cancel);
    }

    /// <summary>One seed.</summary>
    private sealed record Outcome(State Before, State Distilled, State Unguided, double Distracted, double Overridden, double Exchanged);

    /// <summary>Share of right answers with rules, and to another request without.</summary>
    private sealed record State(double Right, double Skill);
}
