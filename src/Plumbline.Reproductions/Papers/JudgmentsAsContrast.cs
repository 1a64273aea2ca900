using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Reproductions.Tokens;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tokens;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>A written judgment shows which tokens it is about by making them likelier; those are pushed down without it (026, CUT).</summary>
internal sealed class JudgmentsAsContrast : IReproduction
{
    private const int Judged = 500, PerStep = 32, Rounds = 2, HeldOut = 300;
    private const double Rate = 1e-3;
    private static readonly double[] Thresholds = [1.1, 1.2, 1.5, 2];

    public string Number => "026";

    public string Name => "cut";

    public string Claim => "A model that reads its answer with a judgment in view finds the tokens that the judgment complains about, and unlearns those alone.";

    public FourFields Fields => new("all weights; the anchor is the model itself with the judgment in view", "answers of the model's own, in two rounds", "a judge that names the kinds of bad tokens in an answer", "likelihood, and unlikelihood of flagged tokens");

    public string? Smaller => "a judgment names kinds of tokens in a world of 39, where the paper's are free text on free text.";

    public string? Remark => "After 100 steps on 500 judged answers the model hardly reads judgments yet: few bad tokens gain even a tenth, and a higher threshold flags fewer without being more precise. After 300 steps F1 was 0.62 (0.55 to 0.69) "
        + "and bad tokens fell to 0.26 of what they were, on answers that it had seen nineteen times.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(Run(seed, context.Fast, cancellationToken));
        }
        var (flags, loss) = HandExample();
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("tokens flagged in the hand example of four, the first and the last", flags, 2),
            Measure.Exact("its loss", loss, 0.995500, 1e-6),
            Measure.Mean("F1 of flagged tokens against bad ones after 500 judged answers: at least 0.8", [.. outcomes.Select(each => each.Flags[0].F1)], 0.8, atLeast: true, context.Seeds),
            Measure.Mean("bad tokens after training, as a share of those before: at most 0.5", [.. outcomes.Select(each => each.Cut.Bad / each.Warm.Bad)], 0.5, atLeast: false, context.Seeds),
            Measure.Mean("perplexity of neutral tokens after training, over that before: at most 1.05", [.. outcomes.Select(each => each.Cut.Perplexity / each.Warm.Perplexity)], 1.05, atLeast: false, context.Seeds),
            Measure.Difference("the same with unlikelihood on all tokens of judged answers, less that: above 0", [.. outcomes.Select(each => each.All.Perplexity / each.Warm.Perplexity)], [.. outcomes.Select(each => each.Cut.Perplexity / each.Warm.Perplexity)], context.Seeds),
        ];
        var table = new EvidenceTable("Share of bad tokens, perplexity of neutral ones (the grammar's own is " + Text(TokenWorld.NeutralPerplexity) + ") and reward", ["model", "bad tokens", "perplexity", "reward"],
        [
            Row("before", each => each.Warm),
            Row("contrast of judgments", each => each.Cut),
            Row("unlikelihood on all tokens of judged answers", each => each.All),
        ]);
        var flagged = new EvidenceTable("Flagged tokens of answers not trained on, against bad ones", ["threshold λ", "precision", "recall", "F1"], [.. Thresholds.Select((threshold, at) => (string[])[Text(threshold),
            Text(outcomes.Average(each => each.Flags[at].Precision)), Text(outcomes.Average(each => each.Flags[at].Recall)), Text(outcomes.Average(each => each.Flags[at].F1))])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table, flagged]));

        string[] Row(string model, Func<Outcome, State> of) => [model, Text(outcomes.Average(each => of(each).Bad)), Text(outcomes.Average(each => of(each).Perplexity)), Text(outcomes.Average(each => of(each).Reward))];
    }

    /// <summary>q = (.60, .05, .70, .30), p = (.50, .20, .69, .20), λ = 1.1.</summary>
    private static (int Flags, double Loss) HandExample()
    {
        using var scope = NewDisposeScope();
        var (plain, judged) = (tensor([.50, .20, .69, .20]).log(), tensor([.60, .05, .70, .30]).log());
        var objective = new ContrastiveUnlikelihood();
        return (objective.Flags(plain, judged).data<bool>().ToArray().Count(flag => flag), objective.Compute(new(plain, ones_like(plain), zeros(4, int64), 1), judged, null).Value.item<double>());
    }

    private static Outcome Run(int seed, bool fast, CancellationToken cancel)
    {
        using var warm = TokenLearner.Learn(seed, habits: 0, fast ? 150 : 800, cancel);
        var items = Judge(TokenLearner.Answers(warm.World, seed, "judged", 0, Judged));
        Train(warm, items, new ContrastiveUnlikelihood(1e9), seed, fast ? 50 : 100, cancel); // likelihood alone: it learns what judgments mean
        var flags = FlagScores(warm, TokenLearner.Answers(warm.World, seed, "held-out", 0, HeldOut));
        var states = new List<State>();
        foreach (var threshold in (double[])[1.1, 0])
        {
            using var learner = warm.Copy();
            for (var round = 0; round < Rounds; round++)
                Train(learner, Judge(learner.Sample(seed, $"round {round}", Judged)), new ContrastiveUnlikelihood(threshold), seed, fast ? 10 : 32, cancel);
            states.Add(State.Of(learner, seed));
        }
        return new(flags, State.Of(warm, seed), states[0], states[1]);
    }

    private static JudgedExample[] Judge(IReadOnlyList<TokenText> texts) => [.. texts.Select(text => TokenWorld.Judge(text.Answer) is { Count: > 0 } kinds
        ? new JudgedExample(text.Example, TokenExample.Completion(TokenWorld.WithJudgment(text.Prompt, kinds), text.Answer)) : new JudgedExample(text.Example, null))];

    private static void Train(TokenLearner learner, JudgedExample[] items, ContrastiveUnlikelihood objective, int seed, int steps, CancellationToken cancel) =>
        JudgmentTraining.Run(learner.Decoder, items, new EpochOrder(items.Length, PerStep, seed, "cut").Batch, objective, TokenWorld.Longest, TokenLearner.Options(steps, Rate), null, cancel);

    /// <summary>How well flags find the bad tokens of answers that have some.</summary>
    private static FlagScore[] FlagScores(TokenLearner learner, IReadOnlyList<TokenText> texts)
    {
        TokenText[] spoilt = [.. texts.Where(text => text.Answer.Any(TokenWorld.IsBad))];
        var (plain, judged) = (learner.LogProbs(spoilt), learner.LogProbs([.. spoilt.Select(text => text with { Prompt = TokenWorld.WithJudgment(text.Prompt, TokenWorld.Judge(text.Answer)) })]));
        using var scope = NewDisposeScope();
        var (p, q) = (tensor(plain.SelectMany(each => each).ToArray()), tensor(judged.SelectMany(each => each).ToArray()));
        bool[] bad = [.. spoilt.SelectMany(text => text.Answer).Select(TokenWorld.IsBad)];
        return [.. Thresholds.Select(threshold =>
        {
            var flags = new ContrastiveUnlikelihood(threshold).Flags(p, q).data<bool>().ToArray();
            double hits = flags.Zip(bad).Count(each => each is (true, true));
            return new FlagScore(hits / Math.Max(1, flags.Count(flag => flag)), hits / bad.Count(each => each));
        })];
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>How well flags find bad tokens.</summary>
    private sealed record FlagScore(double Precision, double Recall)
    {
        public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
    }

    /// <summary>One seed: flags by threshold, and the model before, after, and after the other training.</summary>
    private sealed record Outcome(FlagScore[] Flags, State Warm, State Cut, State All);

    private sealed record State(double Bad, double Perplexity, double Reward)
    {
        public static State Of(TokenLearner learner, int seed) => new(learner.BadRate(seed, HeldOut), learner.NeutralPerplexity(seed, HeldOut), learner.Reward(seed, HeldOut));
    }
}
