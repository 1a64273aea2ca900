using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Tokens;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tokens;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>Learns from a revision what it added and what it took out, and leaves alone what it kept (102, FIGA).</summary>
internal sealed class RevisionsByToken : IReproduction
{
    private const int Data = 500, PerStep = 32, HeldOut = 300;
    private const double Rate = 1e-3;
    private static readonly double[] Untouched = [-2.0, -1.5];

    public string Number => "102";

    public string Name => "figa";

    public string Claim => "Signed weights on the tokens that a revision changed reach the reward of imitation in fewer steps, and leave other tokens as they are.";

    public FourFields Fields => new("all weights; no anchor", "answers of which one token in ten is bad, and their revisions", "the fewest edits between answer and revision", "likelihood of what was added, against that of what was removed where it is likely but not too likely");

    public string? Missing => "revisions that a stronger model writes, and their choice by a reward model: here the world mends its answers itself.";

    public string? Remark => "Imitation trains every token of a mended answer, signed weights only the one or two that were changed, at the same rate and as many answers a step. Kept tokens have weight 0: nothing holds "
        + "them where they are, and in a model of 0.1 million weights they share what is moved. The filter is what keeps it from falling apart: without it removed tokens are pushed down for ever.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var steps = context.Fast ? 20 : 80;
        List<Outcome> outcomes = [];
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            outcomes.Add(Run(seed, context.Fast, steps, cancellationToken));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("loss of the hand example, removed token at −log p = 0.8", HandExample(0.8), 1.033333),
            Measure.Exact("the same at 0.3, too likely to be pushed", HandExample(0.3), 1.75),
            Measure.Difference($"reward after {steps / 2} steps less that of imitation after {steps}: above 0", [.. outcomes.Select(each => each.Half)], [.. outcomes.Select(each => each.Imitation.Reward)], context.Seeds),
            Measure.Mean($"mean change of log p of neutral tokens of mended answers after {steps / 2} steps, either way: at most 0.02", [.. outcomes.Select(each => each.HalfChange)], 0.02, atLeast: false, context.Seeds),
            Measure.Difference($"the same after {steps} steps, imitation less signed weights: above 0", [.. outcomes.Select(each => each.Imitation.Change)], [.. outcomes.Select(each => each.Signed.Change)], context.Seeds),
            Measure.Difference($"runs whose reward fell below that of the start within {4 * steps} steps, without the filter less with it: above 0", [.. outcomes.Select(each => Fell(each, each.LongUnfiltered))], [.. outcomes.Select(each => Fell(each, each.LongSigned))], context.Seeds),
        ];
        var table = new EvidenceTable("Reward, share of bad tokens, and mean change of log p of neutral tokens", ["model", "reward", "bad tokens", "change"],
        [
            Row("before", each => each.Start),
            Row($"imitation of revisions, {steps} steps", each => each.Imitation),
            Row($"signed weights, {steps} steps", each => each.Signed),
            Row($"signed weights, {4 * steps} steps", each => each.LongSigned),
            Row($"signed weights without the filter, {4 * steps} steps", each => each.LongUnfiltered),
        ]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));

        string[] Row(string model, Func<Outcome, State> of) => [model, Text(outcomes.Average(each => of(each).Reward)), Text(outcomes.Average(each => of(each).Bad)), Text(outcomes.Average(each => of(each).Change))];
    }

    private static double Fell(Outcome outcome, State state) => state.Reward < outcome.Start.Reward ? 1 : 0;

    /// <summary>A B C D becomes A X C E D; −log p of X is 2, of E 1.5, of B as given.</summary>
    private static double HandExample(double removed)
    {
        using var scope = NewDisposeScope();
        var revision = RevisionExample.Contrast([9], [1, 2, 3, 4], [1, 5, 3, 6, 4]);
        double[] weights = [.. revision.Revised.Weights.Concat(revision.First.Weights).Where(weight => weight != 0)];
        return new SignedLikelihood().Compute(new(tensor([.. Untouched, -removed]), tensor(weights), zeros(3, int64), 1)).Value.item<double>();
    }

    private static Outcome Run(int seed, bool fast, int steps, CancellationToken cancel)
    {
        using var before = TokenLearner.Learn(seed, habits: 2, fast ? 120 : 800, cancel);
        TokenText[] spoilt = [.. TokenLearner.Answers(before.World, seed, "first", 0, Data).Where(text => text.Answer.Any(TokenWorld.IsBad))];
        TokenText[] held = [.. TokenLearner.Answers(before.World, seed, "held-out", 0, HeldOut).Select(text => text with { Answer = before.World.Revise(text.Answer) })];
        var logProbs = before.LogProbs(held);
        RevisionExample[] revisions = [.. spoilt.Select(text => RevisionExample.Contrast(text.Prompt, text.Answer, before.World.Revise(text.Answer)))];
        TokenExample[] revised = [.. spoilt.Select(text => TokenExample.Completion(text.Prompt, before.World.Revise(text.Answer)))];
        var batches = new EpochOrder(spoilt.Length, PerStep, seed, "figa");

        State Of(TokenLearner learner) => new(learner.Reward(seed, HeldOut), learner.BadRate(seed, HeldOut), learner.LogProbs(held).Zip(logProbs, held).SelectMany(each => each.Third.Answer
            .Select((token, at) => (Token: token, Change: Math.Abs(each.First[at] - each.Second[at])))).Where(each => TokenWorld.KindOf(each.Token) == TokenKind.Neutral).Average(each => each.Change));
        State After(Action<TokenLearner> train)
        {
            using var learner = before.Copy();
            train(learner);
            return Of(learner);
        }
        State Signed(SignedLikelihood objective, int count) => After(learner => RevisionTraining.Run(learner.Decoder, revisions, batches.Batch, objective, TokenWorld.Longest, TokenLearner.Options(count, Rate), null, cancel));

        var half = Signed(new(), steps / 2);
        var imitation = After(learner => SupervisedTraining.Run(learner.Decoder, step => [.. batches.Batch(step).Select(index => revised[index])], TokenWorld.Longest, TokenLearner.Options(steps, Rate), null, cancel));
        return new(Of(before), half.Reward, half.Change, imitation, Signed(new(), steps), Signed(new(), 4 * steps), Signed(SignedLikelihood.Unfiltered, 4 * steps));
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>One seed.</summary>
    private sealed record Outcome(State Start, double Half, double HalfChange, State Imitation, State Signed, State LongSigned, State LongUnfiltered);

    /// <summary>Mean reward, share of bad tokens, and how far log p of neutral tokens went in the mean.</summary>
    private sealed record State(double Reward, double Bad, double Change);
}
