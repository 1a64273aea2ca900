using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Auditing.Agents;
using Plumbline.Reproductions.Tools;
using Plumbline.Training.Agents;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tools;

namespace Plumbline.Reproductions.Papers;

/// <summary>Agents that look things up before they decide, trained on whole trajectories, and what is measured of them beside whether they are right (119).</summary>
internal sealed class AgenticTools : IReproduction
{
    private const int Near = 1, Far = 4, Learning = 600, Steps = 60, Scripted = 400;
    private const double Rate = 1e-3, Persistent = 0.7;

    public string Number => "119";

    public string Name => "agentic-rl";

    public string Claim => "On long horizons a reward for the outcome alone teaches agents to guess; credit for each step teaches them to look things up.";

    public FourFields Fields => new("all weights; no anchor", "trajectories of the agent's own, with what tools say between its turns", "whether the decision is right, and whether a lookup was needed", "policy gradient: group-relative, by trajectory or by turn");

    public bool HasFastForm => true;

    public string? Missing => "planners with several agents, search engines and open questions: here one agent of two layers has three tools. No check for pages that name the benchmark.";

    public string? Remark => "The fast form has the exact rows and the scripted agents alone. Both arms take as many steps on as many attempts; the arm of the outcome gets 1 for a right decision, the other besides 1 in all for the lookups that it needs. "
        + "Agents of the outcome guess more and look up less, but seeds differ so much that five of them decide one row of four. A third arm, in the table, gets the same rewards as the second and spreads them over whole "
        + "trajectories: it does as well as the second, so that here the rewards for lookups are what helps, and not whom they are credited to.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        IReadOnlyList<MeasuredClaim> rows = Measure.Timed([.. ByHand(), .. ByScript(context.Seeds)], context.Clock.GetElapsedTime(start));
        if (context.Fast)
            return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, rows, []));
        var (compared, table) = Compare(context, cancellationToken);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, [.. rows, .. compared], [table]));
    }

    /// <summary>Two attempts worth (1, 0) and (0, 1) by turn, and a third worth (0, 0).</summary>
    private static IEnumerable<MeasuredClaim> ByHand()
    {
        var whole = GroupAdvantage.Of([1, 1, 0]);
        var turns = GroupAdvantage.OfSteps([[1, 0], [0, 1], [0, 0]]);
        yield return Measure.Exact("attempts worth (1, 0), (0, 1), (0, 0) by turn: advantage of the first by its outcome", whole[0], 0.707107);
        yield return Measure.Exact("of the second by its outcome", whole[1], 0.707107);
        yield return Measure.Exact("of the second turn of the first, by turn", turns[0][1], -0.707107);
        yield return Measure.Exact("of the second turn of the second, by turn", turns[1][1], 1.414214);
        yield return Measure.Exact("of the first turn of the second, by turn", turns[1][0], 0.707107);
    }

    private static IEnumerable<MeasuredClaim> ByScript(IReadOnlyList<int> seeds)
    {
        AgentMeasures[] guesses = [.. seeds.Select(seed => Of(seed, new DeskClerk(Guess: 1), null))];
        yield return Measure.Exact("a clerk who guesses: shortcuts among right decisions", guesses.Average(each => each.ShortcutRate.Value), 1);
        yield return Measure.Exact("citations that bear out what a guess rests on", guesses.Average(each => each.CitationRecall.Value), 0);
        AgentMeasures[] thorough = [.. seeds.Select(seed => Of(seed, new DeskClerk(), null))];
        yield return Measure.Exact("a clerk who looks everything up: shortcuts", thorough.Average(each => each.ShortcutRate.Value), 0);
        yield return Measure.Exact("citations that bear out what the decision rests on", thorough.Average(each => each.CitationRecall.Value), 1);
        yield return Measure.Near(string.Create(CultureInfo.InvariantCulture, $"every second call breaks, and {100 * Persistent} % of clerks try again: recovery within .1 of that"), [.. seeds.Select(seed => Of(seed, new DeskClerk(), call => call % 2 == 1).Recovery.Value)], Persistent, 0.1, seeds);
    }

    private static AgentMeasures Of(int seed, DeskClerk clerk, Func<int, bool>? breaks) => AgentMeasures.Of([.. Enumerable.Range(0, Scripted).Select(index =>
    {
        var draws = new Draws(seed, "desk.script", index);
        return clerk.Work(ReturnsDesk.Draw(draws, Far), draws, breaks, persists: draws.Chance(Persistent)).Trace;
    })], seed);

    private static (IReadOnlyList<MeasuredClaim> Rows, EvidenceTable Table) Compare(ReproductionContext context, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        (string Name, int Records, Credit Credit, double StepWorth, int Steps)[] arms =
        [
            ("start", Near, Credit.Outcome, 0, 0), ("outcome", Near, Credit.Outcome, 0, Steps), ("each turn", Near, Credit.Turns, 1, Steps),
            ("start", Far, Credit.Outcome, 0, 0), ("outcome", Far, Credit.Outcome, 0, Steps), ("each turn", Far, Credit.Turns, 1, Steps), ("rewards of turns, credit of outcomes", Far, Credit.Outcome, 1, Steps),
        ];
        List<Behaviour>[] found = [.. arms.Select(_ => new List<Behaviour>())];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            using var learnt = DeskAgent.Learn(seed, Learning, cancel);
            foreach (var (at, arm) in arms.Index())
            {
                context.Progress?.Report(new JobProgress("agents", 0, 1, (index + at / (double)arms.Length) / context.Seeds.Count, $"seed {seed}, {arm.Name}"));
                using var agent = learnt.Copy();
                if (arm.Steps > 0)
                    agent.Reinforce(arm.Records, arm.Credit, arm.StepWorth, arm.Steps, Rate, cancel);
                var traces = agent.Work(arm.Records, cancel);
                found[at].Add(new(AgentMeasures.Of(traces, seed), traces.Average(trace => trace.Right && trace.Claims.All(trace.Observed) ? 1.0 : 0)));
            }
        }
        double[] Of(int arm, Func<Behaviour, double> number) => [.. found[arm].Select(number)];
        double[] Gain(int arm) => [.. Of(arm + 1, each => each.Grounded).Zip(Of(arm, each => each.Grounded), (turns, outcome) => turns - outcome)];
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Difference($"{Far + 2} turns: share of decisions that are right and borne out, credit for each turn less for the outcome: above 0", Of(5, each => each.Grounded), Of(4, each => each.Grounded), context.Seeds),
            Measure.Difference($"this gain with {Far + 2} turns less that with {Near + 2}: above 0", Gain(4), Gain(1), context.Seeds),
            Measure.Difference($"{Far + 2} turns: shortcuts among right decisions, outcome less each turn: above 0", Of(4, each => each.Shortcuts), Of(5, each => each.Shortcuts), context.Seeds),
            Measure.Difference($"{Far + 2} turns: citations that bear out the decision, each turn less outcome: above 0", Of(5, each => each.All.CitationRecall.Value), Of(4, each => each.All.CitationRecall.Value), context.Seeds),
        ];
        return (Measure.Timed(rows, context.Clock.GetElapsedTime(began)), new EvidenceTable("Agents at the returns desk; a tenth of all calls breaks", ["turns needed", "credit", "right", "right and borne out", "shortcuts", "citation recall", "citation precision", "recovery", "refunds before all is known", "calls", "calls for each right one"],
            [.. arms.Zip(found, (arm, each) => (string[])[$"{arm.Records + 2}", arm.Name, .. ((double[])[each.Average(one => one.All.Accuracy.Value), each.Average(one => one.Grounded), each.Average(one => one.Shortcuts), each.Average(one => one.All.CitationRecall.Value),
                each.Average(one => one.All.CitationPrecision.Value), each.Average(one => one.All.Recovery.Value), each.Average(one => one.All.Violations.Value), each.Average(one => one.All.Calls.Value), each.Average(one => one.All.CallsPerRight)]).Select(Text)])]));
    }

    private static string Text(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);

    /// <param name="All">What is measured of agents.</param>
    /// <param name="Grounded">Share of decisions that are right, and borne out by what was looked up.</param>
    private sealed record Behaviour(AgentMeasures All, double Grounded)
    {
        /// <summary>0 where nothing is right: then there is no shortcut to being so.</summary>
        public double Shortcuts => double.IsNaN(All.ShortcutRate.Value) ? 0 : All.ShortcutRate.Value;
    }
}
