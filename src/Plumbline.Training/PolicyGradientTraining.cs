using System.Text.Json;
using Plumbline.Models;
using Plumbline.Training.Distributed;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Answers to one prompt with what each is worth.</summary>
/// <param name="Answers">Prompt and answer as tokens; the answer is the trained part.</param>
/// <param name="Rewards">One number for each answer.</param>
public sealed record ScoredGroup(IReadOnlyList<TokenExample> Answers, IReadOnlyList<double> Rewards)
{
    /// <summary>Of each answer, the stretches that are worth something by themselves, in their order; they cover it, and their rewards add up to its reward. Null: answers are worth something as a whole.</summary>
    public IReadOnlyList<IReadOnlyList<StepReward>>? Steps { get; init; }
}

/// <summary>Reinforcement learning on answers of the policy's own; the reference is the policy as it was at the start.</summary>
/// <remarks>A step samples, scores, and makes one or more updates. It is done wholly or not at all, so it is also what training is taken up from.</remarks>
public static class PolicyGradientTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">The policy, with the weights it starts from even when a checkpoint is taken up.</param>
    /// <param name="reference">A frozen copy of it; or the policy itself if only its adapter is trained: then it is the policy with the adapter off.</param>
    /// <param name="rollout">Samples groups of answers with the policy as it is and scores them, by the number of the step; draws nothing from shared randomness.</param>
    /// <param name="objective">The loss.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps, with <c>reward</c> (mean), <c>length</c> (tokens of an answer), <c>undecided</c> (share of groups whose rewards are all equal) and what the objective measures.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <param name="updates">Updates for each rollout, at least 1.</param>
    /// <exception cref="InputException">An answer does not fit, training diverged, or the checkpoint cannot be used.</exception>
    public static void Run(Decoder decoder, Decoder reference, Func<int, IReadOnlyList<ScoredGroup>> rollout, GroupPolicyGradient objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel, int updates = 1)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(updates, 1);
        RefuseMovingReference(decoder, reference, options);
        using var logits = new LogitsBuffer();
        TrainingLoop.Run(decoder, options, step =>
        {
            var groups = rollout(step);
            TokenExample[] answers = [.. groups.SelectMany(group => group.Answers)];
            Packing.RefuseCut(answers, rowLength, index => $"step {step}, answer {index}");
            foreach (var (index, group) in groups.Index())
                StepReward.RefuseMismatch(group, $"step {step}, group {index}");
            var own = options.Together.Share([.. Enumerable.Range(0, answers.Length)], index => answers[index].Ids.Length);
            var parts = StepPass.Split(own, index => answers[index].Ids.Length, options.TokensPerPass).Select(indices =>
            {
                TokenExample[] texts = [.. indices.Select(index => answers[index])];
                return new Part(indices, texts, AnswerColumns.Of(reference, reference == decoder, texts, rowLength, logits).LogProbs);
            }).ToArray();
            var prices = objective.DivergenceInReward ? Prices(decoder, parts, objective, rowLength, logits, options.Together) : [];
            double[][] advantages = [.. Advantages(groups, objective, prices)];
            double total = answers.Sum(answer => objective.Size(answer.Trained));
            var passes = Enumerable.Range(0, updates).SelectMany(_ => StepPass.Update(parts, total, part => part.Texts.Sum(answer => objective.Size(answer.Trained)), part => Loss(decoder, part, advantages, objective, rowLength, logits, options.Checkpointing)));
            return new TrainingStep([.. passes], answers.Sum(answer => answer.Ids.Length), new Dictionary<string, double>
            {
                ["reward"] = groups.SelectMany(group => group.Rewards).Average(),
                ["length"] = answers.Average(answer => answer.Trained),
                ["undecided"] = groups.Average(group => group.Rewards.Max() - group.Rewards.Min() < 1e-9 ? 1.0 : 0),
            });
        }, progress, cancel);
    }

    /// <summary>A reference that moves with the policy holds it to nothing.</summary>
    internal static void RefuseMovingReference(Decoder decoder, Decoder reference, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference == decoder && !(options.Parameters ?? ParameterGroup.Of(decoder)).LeavesReference(decoder))
            throw new ArgumentException("The policy is its own reference only if nothing but a low-rank adapter or a soft prompt of it is trained: give a copy.", nameof(reference));
    }

    private static PassLoss Loss(Decoder decoder, Part part, double[][] advantages, GroupPolicyGradient objective, int rowLength, LogitsBuffer logits, bool checkpointed)
    {
        var scores = SequenceScores.Of(decoder, part.Texts, rowLength, logits, gradients: true, checkpointed);
        part.Behaviour ??= scores.LogProbs.detach().MoveToOuterDisposeScope(); // the first update begins where the answers were sampled
        var worth = Worth([.. part.Indices.Select(index => advantages[index])], scores.Examples);
        return new PassLoss(objective.Compute(new SampledLogProbs(scores.LogProbs, part.Behaviour, part.Reference, worth) { Answer = scores.Examples, Answers = part.Texts.Count }), scores);
    }

    /// <summary>What each token is worth, [tokens]: from one number for each answer, or from one for each of its tokens.</summary>
    private static Tensor Worth(double[][] advantages, Tensor examples) => advantages.All(each => each.Length == 1)
        ? tensor(advantages.Select(each => (float)each[0]).ToArray(), device: examples.device).index_select(0, examples)
        : AnswerColumns.Column(advantages, examples);

    /// <summary>Of each answer one advantage, or if it has steps one for each of its tokens.</summary>
    private static IEnumerable<double[]> Advantages(IReadOnlyList<ScoredGroup> groups, GroupPolicyGradient objective, IReadOnlyDictionary<int, double> prices)
    {
        var mixed = groups.Any(group => group.Steps is not null);
        var first = 0;
        foreach (var group in groups)
        {
            double Price(int index) => prices.GetValueOrDefault(first + index);
            if (group.Steps is { } steps)
            {
                var found = objective.StepAdvantages([.. steps.Select((own, index) => (IReadOnlyList<double>)[.. own.Select((step, at) => step.Reward - (at == own.Count - 1 ? Price(index) : 0))])]);
                foreach (var (own, advantages) in steps.Zip(found))
                    yield return [.. own.Zip(advantages).SelectMany(each => Enumerable.Repeat(each.Second, each.First.Tokens))];
            }
            else
            {
                foreach (var (answer, advantage) in group.Answers.Zip(objective.Advantages([.. group.Rewards.Select((reward, index) => reward - Price(index))])))
                    yield return mixed ? [.. Enumerable.Repeat(advantage, answer.Trained)] : [advantage];
            }
            first += group.Rewards.Count;
        }
    }

    /// <summary>What its distance from the reference costs each answer, by its index.</summary>
    private static Dictionary<int, double> Prices(Decoder decoder, Part[] parts, GroupPolicyGradient objective, int rowLength, LogitsBuffer logits, ProcessGroup group)
    {
        var own = new Dictionary<int, double>();
        foreach (var part in parts)
        {
            using var scope = NewDisposeScope();
            var (behaviour, examples) = AnswerColumns.Of(decoder, withoutAdapter: false, part.Texts, rowLength, logits);
            var distance = TokenDivergence.Of(behaviour, part.Reference, objective.Estimate).Times(objective.Beta);
            foreach (var (index, price) in part.Indices.Zip(AnswerColumns.ByAnswer(distance, examples, part.Texts.Count)))
                own[index] = price.Sum();
        }
        return group.Size == 1 ? own : group.Gather(JsonSerializer.SerializeToUtf8Bytes(own)).SelectMany(said => JsonSerializer.Deserialize<Dictionary<int, double>>(said)!).ToDictionary();
    }

    /// <summary>Answers that go through the model at once, with their columns; the order of tokens is always the same.</summary>
    private sealed record Part(IReadOnlyList<int> Indices, IReadOnlyList<TokenExample> Texts, Tensor Reference)
    {
        public Tensor? Behaviour { get; set; }
    }
}
