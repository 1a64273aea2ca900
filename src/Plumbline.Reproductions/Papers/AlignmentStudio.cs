using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Auditing;
using Plumbline.Statistics;
using Plumbline.Worlds.Counter;

namespace Plumbline.Reproductions.Papers;

/// <summary>The loop of framers, instructors and auditors: a finding leads to the sentence that it is about; the amended sentence is aligned and audited again (081).</summary>
internal sealed class AlignmentStudio : IReproduction
{
    private const string Before = "accept returns within 30 days, refuse later ones, and name the rule";
    private const string After = "accept returns within 60 days, refuse later ones, and name the rule";

    public string Number => "081";

    public string Name => "alignment-studio";

    public string Claim => "An organisation's own regulations become data, behaviour and checks in one loop; changing one sentence changes what comes from it, and the model follows.";

    public FourFields Fields => new("all weights", "requests made from the rules of a conduct document", "a checker computes what is right", "point-wise, once around the loop for each amendment");

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var (prompts, items, pool) = context.Fast ? (300, 220, 660) : (700, 330, 3300); // one request in thirty gets another answer
        var text = ExampleSpecification.Text();
        var rule = text.Specification.Rules.Single(rule => rule.Must == Before);
        var old = new CounterPolicy(text.Specification);
        var amended = new CounterPolicy(text.Amend(new Amendment(rule, rule with { Must = After }, "customers get 60 days")).Specification);
        var differs = old.Specification.RulesThatDiffer(amended.Specification);
        var (followed, asked, traced, findings, touched, stray) = (0, 0, 0, 0, 0, 0);
        var start = context.Clock.GetTimestamp();
        using var experiment = new CounterExperiment();
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("around the loop", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            var suite = CounterSuite.HeldOut(old, pool, seed);
            var after = CounterSuite.Under(suite, amended);
            var changed = suite.Items.Zip(after.Items).Where(pair => Ruling(pair.First) != Ruling(pair.Second)).ToArray();
            touched += changed.Length;
            stray += changed.Count(pair => !differs.Contains(pair.First.Reference.Rule) && !differs.Contains(pair.Second.Reference.Rule));

            using var first = experiment.Train(await experiment.DemonstrateAsync(old, prompts, seed, cancellationToken).ConfigureAwait(false), null, seed, cancellationToken);
            var found = (await CounterExperiment.AuditAsync(first, after with { Items = [.. after.Items.Take(items)] }, seed, cancellationToken).ConfigureAwait(false)).Findings(amended.Specification);
            findings += found.Count;
            traced += found.Count(finding => finding.Rule.Source?.Sentence is not null);

            using var second = experiment.Train(await experiment.DemonstrateAsync(amended, prompts, seed, cancellationToken).ConfigureAwait(false), null, seed, cancellationToken);
            var audit = await CounterExperiment.AuditAsync(second, after with { Items = [.. changed.Select(pair => pair.Second)] }, seed, cancellationToken).ConfigureAwait(false);
            asked += audit.Items.Count;
            followed += audit.Items.Count(item => item.Score("compliance") == 1);
        }

        var seconds = context.Clock.GetElapsedTime(start).TotalSeconds;
        var share = WilsonInterval.Of(followed, asked);
        return new ReproductionResult(Number, Name, Claim, context.Fast,
        [
            Exact("rules that differ after one sentence was changed: 1", differs.Count, 1),
            Exact($"of {touched} audit items whose right answer changed, those that cite no changed rule: 0", stray, 0),
            Exact($"share of {findings} findings that lead to a sentence of the document: 1", findings == 0 ? double.NaN : traced / (double)findings, 1),
            new MeasuredClaim
            {
                Claim = $"share of the {asked} requests whose right answer changed that get the new answer: at least 0.95",
                Measured = share.Value, Low = share.Low, High = share.High, Holds = Decision.AtLeast(share.Low, share.High, 0.95), Seeds = context.Seeds, Seconds = seconds,
            },
        ], [new EvidenceTable("The amendment", ["rule", "before", "after"], [[string.Join(", ", differs), Before, After]])]);
    }

    private static MeasuredClaim Exact(string claim, double measured, double expected) => new() { Claim = claim, Measured = measured, Holds = Decision.Exactly(measured, expected) };

    private static string Ruling(Item item) => ((CounterReference)item.Reference).Ruling is var ruling
        ? string.Create(CultureInfo.InvariantCulture, $"{ruling.Decision} {ruling.Missing} {ruling.Rule?.Rule.Id}") : "";
}
