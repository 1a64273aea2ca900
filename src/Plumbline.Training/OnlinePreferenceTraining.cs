using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Preference optimisation on answers of the policy's own: write several to each prompt, score them, make pairs, learn them with any <see cref="PairObjective"/> (084, 096, 097, 098, 107, 117).</summary>
/// <remarks>
/// It differs from <see cref="PreferenceTraining"/> only in where the next pairs come from. A step samples, labels, and makes one or more updates; it is done wholly
/// or not at all, so it is also what training is taken up from. Numbers of the anchor are computed within the step, from weights that know their round; none is older.
/// </remarks>
public static class OnlinePreferenceTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">The policy, with the weights it starts from even when a checkpoint is taken up.</param>
    /// <param name="start">A frozen copy of it; or the policy itself if only its adapter is trained: then it is the policy with the adapter off.</param>
    /// <param name="rollout">Samples groups of answers with the policy as it is and scores them, by the number of the step; draws nothing from shared randomness.</param>
    /// <param name="labeller">Makes pairs of them.</param>
    /// <param name="objective">The loss of a pair.</param>
    /// <param name="rounds">What the policy is held to, and how often pairs are gone through.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">
    /// Told every few steps, with <c>reward</c> and <c>length</c> (means over all answers), <c>undecided</c> (share of groups whose rewards are all equal), <c>pairs</c>,
    /// <c>divergence</c> (mean over answers of log π − log π of the start, in nats: an estimate of the divergence from the start), and what the objective measures.
    /// </param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <exception cref="InputException">An answer does not fit, training diverged, the checkpoint cannot be used, or the loss compares pairs that lie in several processes.</exception>
    public static void Run(Decoder decoder, Decoder start, Func<int, IReadOnlyList<ScoredGroup>> rollout, PairLabeller labeller, PairObjective objective, OnlineRounds rounds, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(labeller);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(rounds);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds.Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds.PairsPerUpdate ?? 1, 1);
        var trained = options.Parameters ?? ParameterGroup.Of(decoder);
        if (start == decoder && !trained.LeavesReference(decoder))
            throw new ArgumentException("The policy is its own start only if nothing but a low-rank adapter or a soft prompt of it is trained: give a copy.", nameof(start));
        if (objective.ComparesPairs && options.Together.Size > 1)
            throw new InputException("mpirun", "this loss compares the pairs of a step with each other, and each process has some of them only.", "Train in one process, or with another loss.");
        using var logits = new LogitsBuffer();
        using var moved = objective.Needs.HasFlag(PairColumns.Reference) && rounds.Anchor.Remembers ? new MovedReference(new MovingReference(rounds.StepsPerRound), trained.In(decoder), generations: 2) : null;
        var moments = new Moments(decoder, start, moved, rowLength, logits);
        TrainingLoop.Run(decoder, options, step =>
        {
            moved?.MoveBefore(step);
            var groups = rollout(step);
            Packing.RefuseCut(groups.SelectMany(group => group.Answers), rowLength, index => $"step {step}, answer {index}");
            var fresh = labeller.Pairs(groups);
            var pairs = rounds.Replay?.With(step, fresh) ?? fresh;
            var reported = (step + 1) % options.ReportEvery == 0 || step + 1 == options.Steps;
            var statistics = reported ? Statistics(groups, fresh, moments, options.TokensPerPass) : null;
            var updates = pairs.Chunk(rounds.PairsPerUpdate ?? Math.Max(1, pairs.Count)).Select(update => (update.Length, Parts: Parts(update))).ToArray();
            var passes = Enumerable.Range(0, rounds.Epochs).SelectMany(_ => updates.SelectMany(update => StepPass.Update(update.Parts, update.Length, part => part.Batch.Pairs.Count, part =>
            {
                var scores = SequenceScores.Of(decoder, part.Batch.Texts, rowLength, logits, gradients: true, options.Checkpointing);
                return new PassLoss(objective.Compute(part.Batch.Columns(scores, objective.Needs, part.Anchor)), scores);
            })));
            return new TrainingStep([.. passes], groups.Sum(group => group.Answers.Sum(answer => answer.Ids.Length)), statistics);
        }, progress, cancel, moved);

        (PairBatch Batch, PairAnchor[] Anchor)[] Parts(PairExample[] update) =>
            [.. StepPass.Split(options.Together.Share(update, pair => pair.Tokens), pair => pair.Tokens, objective.ComparesPairs ? null : options.TokensPerPass).Select(part =>
            {
                var batch = new PairBatch(part);
                return (batch, objective.Needs.HasFlag(PairColumns.Reference) ? moments.Mixed(batch, rounds.Anchor) : []);
            })];
    }

    private static Dictionary<string, double> Statistics(IReadOnlyList<ScoredGroup> groups, IReadOnlyList<PairExample> fresh, Moments moments, int? tokensPerPass)
    {
        TokenExample[] answers = [.. groups.SelectMany(group => group.Answers)];
        var statistics = new Dictionary<string, double>
        {
            ["reward"] = groups.SelectMany(group => group.Rewards).Average(),
            ["length"] = answers.Average(answer => answer.Trained),
            ["undecided"] = groups.Average(group => group.Rewards.Max() - group.Rewards.Min() < 1e-9 ? 1.0 : 0),
            ["pairs"] = fresh.Count,
            ["divergence"] = StepPass.Split(answers, answer => answer.Ids.Length, tokensPerPass).Sum(moments.Gained) / answers.Length,
        };
        if (fresh.Count > 0)
            (statistics["chosenLength"], statistics["rejectedLength"]) = (fresh.Average(pair => pair.Chosen.Trained), fresh.Average(pair => pair.Rejected.Trained));
        return statistics;
    }

    /// <summary>What the policy makes, or made, of texts at the moments that it can be held to.</summary>
    private sealed record Moments(Decoder Policy, Decoder Start, MovedReference? Moved, int RowLength, LogitsBuffer Logits)
    {
        /// <summary>The numbers of an anchor; sums over tokens are linear in the log-probabilities, so all of them mix alike.</summary>
        public PairAnchor[] Mixed(PairBatch batch, AnchorMixture mixture)
        {
            var parts = mixture.Weights.Index().Where(each => each.Item > 0).Select(each => (Weight: each.Item, Numbers: At(each.Index, batch))).ToArray();
            return [.. batch.Pairs.Select((_, pair) => new PairAnchor(Mean(pair, each => each.Chosen), Mean(pair, each => each.Rejected), Mean(pair, each => each.ChosenShared), Mean(pair, each => each.RejectedShared)))];

            float Mean(int pair, Func<PairAnchor, float> column) => parts is [(1, var only)] ? column(only[pair]) : (float)parts.Sum(part => part.Weight * column(part.Numbers[pair]));
        }

        /// <summary>Sum over texts of log π − log π of the start.</summary>
        public double Gained(IReadOnlyList<TokenExample> texts) => Sum(Policy, texts) - AtStart(() => Sum(Start, texts));

        private PairAnchor[] At(int moment, PairBatch batch) => moment switch
        {
            0 => AtStart(() => batch.Anchors(Start, RowLength, Logits)),
            1 => batch.Anchors(Policy, RowLength, Logits),
            _ => Moved!.With(() => batch.Anchors(Policy, RowLength, Logits), moment - 2),
        };

        private T AtStart<T>(Func<T> work)
        {
            using var bare = Start == Policy ? Start.WithoutAdapter() : null;
            return work();
        }

        private double Sum(Decoder decoder, IReadOnlyList<TokenExample> texts)
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            return SequenceScores.Of(decoder, texts, RowLength, Logits).Sums(texts.Count).cpu().data<float>().ToArray().Sum(each => (double)each);
        }
    }
}
