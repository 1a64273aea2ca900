using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Tabular;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;

namespace Plumbline.Reproductions.Papers;

/// <summary>Online preference learning anchored at the model that made the current data, not at the first one (084).</summary>
internal sealed class BehaviourProximity : IReproduction
{
    private const double Beta = 0.5, Rate = 0.05;
    private const int Pairs = 2000, Steps = 400;
    private static readonly int[] Phases = [1, 2, 5, 20];

    public string Number => "084";

    public string Name => "bpo";

    public string Claim => "Fresh data in a few phases beat the same number of offline pairs, and an anchor at the behaviour model beats a fixed one.";

    public FourFields Fields => new("all weights; the anchor is the policy as it was at the start of the phase", "pairs of the policy's own answers, drawn anew in each phase", "a judge who prefers the better answer most of the time", "pair-wise: dpo");

    public bool HasFastForm => true;

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var outcomes = new Dictionary<(int Phases, bool Moving), (List<double> Reward, List<double> Divergence)>();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var phases in Phases)
            {
                foreach (var moving in (bool[])[true, false])
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var runs = Enumerable.Range(0, context.Fast ? 1 : 8).Select(world => Run(8 * seed + world, phases, moving)).ToArray();
                    var (rewards, divergences) = outcomes.TryGetValue((phases, moving), out var known) ? known : outcomes[(phases, moving)] = ([], []);
                    rewards.Add(runs.Average(run => run.Reward));
                    divergences.Add(runs.Average(run => run.Divergence));
                }
            }
        }
        List<double> Reward(int phases, bool moving) => outcomes[(phases, moving)].Reward;
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Difference("true reward, 2 phases less 1 (offline), as many pairs and steps: above 0", Reward(2, true), Reward(1, true), context.Seeds),
            Measure.Difference("true reward, 20 phases less 1: above 0", Reward(20, true), Reward(1, true), context.Seeds),
            Measure.Difference("true reward in 20 phases, anchor at the behaviour model less fixed anchor: above 0", Reward(20, true), Reward(20, false), context.Seeds),
            Measure.Difference("divergence from the start in 20 phases, moving anchor less fixed one (its price): above 0", outcomes[(20, true)].Divergence, outcomes[(20, false)].Divergence, context.Seeds),
        ];
        var table = new EvidenceTable("True reward and divergence from the start", ["phases", "moving anchor: reward", "divergence", "fixed anchor: reward", "divergence"],
            [.. Phases.Select(phases => (string[])[$"{phases}", .. ((bool[])[true, false]).SelectMany(moving => (string[])[Text(outcomes[(phases, moving)].Reward), Text(outcomes[(phases, moving)].Divergence)])])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    private static (double Reward, double Divergence) Run(int seed, int phases, bool moving)
    {
        var world = TabularWorld.Draw(seed);
        var policy = new TabularPolicy(world);
        var (first, draws) = (policy.LogProbs(), new Draws(seed, "bpo"));
        for (var phase = 0; phase < phases; phase++)
        {
            var pairs = world.Compare(policy.Shares(), Pairs / phases, draws);
            policy = policy.Copy();
            TabularTraining.Run(world, policy, moving ? policy.LogProbs() : first, pairs, new DirectPreferenceOptimization(Beta), Steps / phases, Rate);
        }
        return (world.Reward(policy.Shares()), RegularisedOptimum.Divergence(policy.Shares(), [.. first.Select(Math.Exp)]));
    }

    private static string Text(List<double> values) => values.Average().ToString("0.000", CultureInfo.InvariantCulture);
}
