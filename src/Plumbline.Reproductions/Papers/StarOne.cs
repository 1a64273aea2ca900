using Plumbline.Alignment;
using Plumbline.Auditing;
using Plumbline.Training;
using Plumbline.Worlds.Counter;

namespace Plumbline.Reproductions.Papers;

/// <summary>A small set, filtered for right reasoning and chosen for diversity, beats as many at random (005).</summary>
internal sealed class StarOne : IReproduction
{
    private const int Size = 240;

    public string Number => "005";

    public string Name => "star-1";

    public string Claim => "Few examples that were filtered strictly and chosen for diversity align better than the same number of random ones.";

    public FourFields Fields => new("all weights", "the model's own answers with the rules in its prompt, filtered and thinned", "a checker computes what is right", "point-wise: likelihood of reasoning and answer");

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var (prompts, items) = context.Fast ? (500, 110) : (1000, 220);
        var policy = new CounterPolicy(ExampleSpecification.Load());
        List<SubjectAudit> chosen = [], random = [];
        var start = context.Clock.GetTimestamp();
        using var experiment = new CounterExperiment();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("train two models", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            var suite = CounterSuite.HeldOut(policy, items, seed);
            var steps = 8 * (Size / InstructionTraining.DemonstrationsPerStep);
            var filtered = await experiment.DemonstrateAsync(policy, prompts, seed, cancellationToken).ConfigureAwait(false);
            var thinned = DiversityDiscard.Apply(filtered, each => AnswerReader.ReadDecision(each.Answer.Text).ToString()!, each => each.Rule ?? "none", Size, seed);
            var raw = await experiment.AnswerAsync(policy, prompts, seed, withRules: true, cancellationToken).ConfigureAwait(false);
            chosen.Add(await experiment.TryAsync(thinned, suite, steps, seed, cancellationToken).ConfigureAwait(false));
            random.Add(await experiment.TryAsync([.. new Draws(seed, "star-1.random").Shuffle(raw).Take(Size)], suite, steps, seed, cancellationToken).ConfigureAwait(false));
        }

        var seconds = context.Clock.GetElapsedTime(start).TotalSeconds;
        return new ReproductionResult(Number, Name, Claim, context.Fast,
        [
            CounterExperiment.Difference($"compliance, {Size} chosen less {Size} random examples: above 0", chosen, random, "compliance", true, context.Seeds, seconds / 2),
            CounterExperiment.Difference($"rule named, {Size} chosen less {Size} random examples: above 0", chosen, random, "ruleNamed", true, context.Seeds, seconds / 2),
        ], []);
    }
}
