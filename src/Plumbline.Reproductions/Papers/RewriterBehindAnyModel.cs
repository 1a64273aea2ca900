using System.Globalization;
using Microsoft.Extensions.AI;
using Plumbline.Alignment;
using Plumbline.Deliberation;
using Plumbline.Reproductions.Texts;
using Plumbline.Worlds.Kiosk;

namespace Plumbline.Reproductions.Papers;

/// <summary>Rewriters and inspectors for one criterion each, trained on spoilt answers of one model, mend those of others (047, Aligners).</summary>
internal sealed class RewriterBehindAnyModel : IReproduction
{
    private const KioskFaults Manner = KioskFaults.Rude, Substance = ~KioskFaults.Rude;

    public string Number => "047";

    public string Name => "aligners";

    public string Claim => "A rewriter with an inspector, trained once on synthetic triples, aligns models that it was not trained on, and leaves what was good as it was.";

    public FourFields Fields => new("a rewriter and an inspector for each criterion; the models that answer are frozen", "answers of one model, mended, and spoilt by the world", "the world says which of the two violates the criterion", "likelihood of the mended answer; cross-entropy of the inspector");

    /// <inheritdoc/>
    /// <remarks>The fast form has the exact rows alone: models that learn for a second write nothing that can be mended.</remarks>
    public bool HasFastForm => true;

    public string? Missing => "triples that a prompted model writes (here the world spoils and mends), and prompting a model to correct itself as a baseline.";

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var (mended, lost) = (await CascadeAsync(0, 0, cancellationToken).ConfigureAwait(false), await CascadeAsync(0.2, 0.5, cancellationToken).ConfigureAwait(false));
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Fast ? [] : context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(await RunAsync(new KioskSetting(seed), new(500, 400, 2000, 120), cancellationToken).ConfigureAwait(false));
        }
        IReadOnlyList<MeasuredClaim> exact =
        [
            Measure.Exact("recall 1, no false alarms, 70 % mended: violations left of 0.4", mended.Bad, 0.12),
            Measure.Exact("false alarms 0.2, of which half do damage: good answers lost", lost.GoodLost, 0.1),
        ];
        if (context.Fast)
            return Result(exact, []);
        IReadOnlyList<MeasuredClaim> rows =
        [
            .. exact,
            .. ((string[])["B", "C"]).Select((model, at) => Measure.Mean($"share of the violations of model {model}, unseen, that the squad takes away: at least 0.5",
                [.. outcomes.Select(each => 1 - (each.Models[at].Squad / each.Models[at].Before))], 0.5, atLeast: true, context.Seeds)),
            Measure.Mean("share of good answers of B and C that the squad leaves as they are: at least 0.95", [.. outcomes.Select(each => each.Kept)], 0.95, atLeast: true, context.Seeds),
            Measure.Difference("the same, less that of the rewriters without inspectors: above 0", [.. outcomes.Select(each => each.Kept)], [.. outcomes.Select(each => each.KeptWithout)], context.Seeds),
            Measure.Mean("share of rude answers of B and C that the squad mends: at least 0.5", [.. outcomes.Select(each => each.MannerMended)], 0.5, atLeast: true, context.Seeds),
            Measure.Mean("share of answers of B and C with a wrong ruling or reason that the squad mends: at least 0.5", [.. outcomes.Select(each => each.SubstanceMended)], 0.5, atLeast: true, context.Seeds),
            Measure.Mean("difference of violations between the two orders of the squad: at most 0.02", [.. outcomes.Select(each => each.OrderMatters)], 0.02, atLeast: false, context.Seeds),
        ];
        var table = new EvidenceTable("Share of answers with a fault", ["model", "before", "fine-tuned on the good answers", "rewriters on every answer", "squad with inspectors"],
            [.. ((string[])["B", "C"]).Select((model, at) => (string[])[model, Text(outcomes.Average(each => each.Models[at].Before)), Text(outcomes.Average(each => each.Models[at].FineTuned)), Text(outcomes.Average(each => each.Models[at].Without)), Text(outcomes.Average(each => each.Models[at].Squad))])]);
        return Result(rows, [table]);

        ReproductionResult Result(IReadOnlyList<MeasuredClaim> rows, IReadOnlyList<EvidenceTable> tables) => new(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), tables);
    }

    /// <summary>A thousand answers of which four hundred are bad; the aligner mends seven of ten.</summary>
    /// <param name="alarms">Share of good answers that the inspector finds bad.</param>
    /// <param name="damage">Share of those that the aligner spoils.</param>
    /// <param name="cancel">Stops it.</param>
    private static async Task<(double Bad, double GoodLost)> CascadeAsync(double alarms, double damage, CancellationToken cancel)
    {
        const int All = 1000, BadOnes = 400;
        static int Of(ChatAnswer answer) => int.Parse(answer.Text.Split(' ')[1], CultureInfo.InvariantCulture);
        static bool IsBad(string text) => text.StartsWith("bad", StringComparison.Ordinal);
        Aligner aligner = new("criterion", (answer, _) => ValueTask.FromResult(IsBad(answer.Text) || Of(answer) % 10 < 10 * alarms ? 1.0 : 0), (answer, _) =>
            ValueTask.FromResult((IsBad(answer.Text) ? Of(answer) % 10 < 7 : Of(answer) / 10 % 10 >= 10 * damage) ? $"good {Of(answer)}" : $"bad {Of(answer)}"));
        var squad = new AlignerSquad([aligner], new() { KeepsBetter = false });
        var after = new string[All];
        for (var index = 0; index < All; index++)
            after[index] = (await squad.AlignAsync([], $"{(index < BadOnes ? "bad" : "good")} {index}", cancel).ConfigureAwait(false)).Text;
        return (after.Count(IsBad) / (double)All, after.Skip(BadOnes).Count(IsBad) / (double)(All - BadOnes));
    }

    private static async Task<Outcome> RunAsync(KioskSetting setting, Sizes sizes, CancellationToken cancel)
    {
        using var first = setting.Learn(new(0.3, 0.3, 0.2), sizes.Learn, cancel);
        var asked = setting.Ask("triples", sizes.Data);
        var own = asked.Zip(first.Write([.. asked.Select(request => request.Text)], "triples", 1, cancel)).ToArray();
        using var manner = KioskAligner.Train(setting.Seed, "manner", Triples(setting, own, Manner), sizes.Align, cancel);
        using var substance = KioskAligner.Train(setting.Seed, "substance", Triples(setting, own, Substance), sizes.Align, cancel);
        Line[] good = [.. own.Select(each => new Line(each.First.Text, setting.World.Mend(each.First, each.Second, Manner | Substance)))];
        var held = setting.Ask("held-out", sizes.HeldOut);
        List<Mended> models = [];
        foreach (var (at, clerk, width) in ((int, KioskClerk, int)[])[(1, new(0.5, 0.2, 0.2), 32), (2, new(0.1, 0.5, 0.3), 64)])
        {
            using var model = setting.Learn(clerk, sizes.Learn, cancel, at, width);
            (string Request, string Answer)[] answers = [.. held.Select(request => request.Text).Zip(model.Write([.. held.Select(request => request.Text)], "held-out", 1, cancel))];
            var squad = await AlignAsync(new([manner.Member(cancel), substance.Member(cancel)], new() { InOrder = true }), answers, cancel).ConfigureAwait(false);
            var turned = await AlignAsync(new([substance.Member(cancel), manner.Member(cancel)], new() { InOrder = true }), answers, cancel).ConfigureAwait(false);
            var mannered = answers.Zip(manner.Rewrite(answers, cancel), (each, better) => (each.Request, better)).ToArray();
            model.Imitate(good, sizes.Align, 1e-3, "good", cancel);
            models.Add(new([.. held], [.. answers.Select(each => each.Answer)], [.. squad], [.. turned], [.. substance.Rewrite(mannered, cancel)], [.. model.Write([.. held.Select(request => request.Text)], "fine-tuned", 1, cancel)]));
        }
        return Outcome.Of(setting, models);
    }

    /// <summary>Answers of the first model with this kind of fault put in, and the same ones without; other faults stay as they are in both.</summary>
    private static (string Request, string Bad, string Good)[] Triples(KioskSetting setting, (KioskRequest Request, string Answer)[] own, KioskFaults kinds) => [.. own.Select((each, index) =>
    {
        var draws = new Draws(setting.Seed, $"aligners.{kinds}", index);
        var good = setting.World.Mend(each.Request, each.Answer, kinds);
        var fault = kinds == Manner ? KioskFaults.Rude : draws.Pick([KioskFaults.Ruling, KioskFaults.Reason]);
        return (each.Request.Text, setting.World.Spoil(each.Request, KioskAnswer.Read(good)!, fault, draws).Text, good);
    })];

    private static async Task<List<string>> AlignAsync(AlignerSquad squad, (string Request, string Answer)[] answers, CancellationToken cancel)
    {
        List<string> aligned = [];
        foreach (var (request, answer) in answers)
            aligned.Add((await squad.AlignAsync([new ChatMessage(ChatRole.User, request)], answer, cancel).ConfigureAwait(false)).Text);
        return aligned;
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Steps of each model that answers, of each aligner; triples for each criterion; requests held out.</summary>
    private sealed record Sizes(int Learn, int Align, int Data, int HeldOut);

    /// <summary>What was answered by an unseen model, and what became of it.</summary>
    private sealed record Mended(KioskRequest[] Requests, string[] Answers, string[] Squad, string[] Turned, string[] Without, string[] FineTuned);

    /// <summary>Shares of answers with a fault.</summary>
    private sealed record Shares(double Before, double FineTuned, double Without, double Squad);

    /// <summary>One seed.</summary>
    private sealed record Outcome(Shares[] Models, double Kept, double KeptWithout, double MannerMended, double SubstanceMended, double OrderMatters)
    {
        public static Outcome Of(KioskSetting setting, IReadOnlyList<Mended> models)
        {
            bool Faulty(KioskRequest request, string answer, KioskFaults kinds) => (setting.World.Judge(request, answer) & kinds) != 0;
            var all = models.SelectMany(model => model.Requests.Select((request, at) => (Request: request, Before: model.Answers[at], Squad: model.Squad[at], Without: model.Without[at]))).ToArray();
            var good = all.Where(each => !Faulty(each.Request, each.Before, Manner | Substance)).ToArray();
            double MendedOf(KioskFaults kinds) => Share(all.Where(each => Faulty(each.Request, each.Before, kinds)), each => !Faulty(each.Request, each.Squad, kinds));
            return new([.. models.Select(model => new Shares(setting.Faulty(model.Requests, model.Answers), setting.Faulty(model.Requests, model.FineTuned), setting.Faulty(model.Requests, model.Without), setting.Faulty(model.Requests, model.Squad)))],
                Share(good, each => each.Squad == each.Before), Share(good, each => each.Without == each.Before), MendedOf(Manner), MendedOf(Substance),
                Math.Abs(models.Average(model => setting.Faulty(model.Requests, model.Squad)) - models.Average(model => setting.Faulty(model.Requests, model.Turned))));
        }

        private static double Share<T>(IEnumerable<T> things, Func<T, bool> holds) => things.Select(each => holds(each) ? 1.0 : 0).DefaultIfEmpty(1).Average();
    }
}
