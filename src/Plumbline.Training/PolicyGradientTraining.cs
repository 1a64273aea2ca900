using Plumbline.Models;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Answers to one prompt with what each is worth.</summary>
/// <param name="Answers">Prompt and answer as tokens; the answer is the trained part.</param>
/// <param name="Rewards">One number for each answer.</param>
public sealed record ScoredGroup(IReadOnlyList<TokenExample> Answers, IReadOnlyList<double> Rewards);

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
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(updates, 1);
        if (reference == decoder && !(options.Parameters ?? ParameterGroup.Of(decoder)).LeavesReference(decoder))
            throw new ArgumentException("The policy is its own reference only if nothing but a low-rank adapter or a soft prompt of it is trained: give a copy.", nameof(reference));
        using var logits = new LogitsBuffer();
        TrainingLoop.Run(decoder, options, step =>
        {
            var groups = rollout(step);
            var answers = groups.SelectMany(group => group.Answers.Zip(GroupPolicyGradient.Advantages(group.Rewards), (answer, advantage) => new Sampled(answer, (float)advantage))).ToArray();
            Packing.RefuseCut(answers.Select(answer => answer.Text), rowLength, index => $"step {step}, answer {index}");
            var parts = StepPass.Split(options.Together.Share(answers, answer => answer.Text.Ids.Length), answer => answer.Text.Ids.Length, options.TokensPerPass).Select(part => new Part(part, Frozen(reference, reference == decoder, part, rowLength, logits))).ToArray();
            var trained = answers.Sum(answer => answer.Text.Trained);
            var passes = Enumerable.Range(0, updates).SelectMany(_ => StepPass.Update(parts, trained, part => part.Answers.Sum(answer => answer.Text.Trained), part => Loss(decoder, part, objective, rowLength, logits, options.Checkpointing)));
            return new TrainingStep([.. passes], answers.Sum(answer => answer.Text.Ids.Length), new Dictionary<string, double>
            {
                ["reward"] = groups.SelectMany(group => group.Rewards).Average(),
                ["length"] = answers.Average(answer => answer.Text.Trained),
                ["undecided"] = groups.Average(group => group.Rewards.Max() - group.Rewards.Min() < 1e-9 ? 1.0 : 0),
            });
        }, progress, cancel);
    }

    private static PassLoss Loss(Decoder decoder, Part part, GroupPolicyGradient objective, int rowLength, LogitsBuffer logits, bool checkpointed)
    {
        var scores = SequenceScores.Of(decoder, [.. part.Answers.Select(answer => answer.Text)], rowLength, logits, gradients: true, checkpointed);
        part.Behaviour ??= scores.LogProbs.detach().MoveToOuterDisposeScope(); // the first update begins where the answers were sampled
        var advantages = tensor(part.Answers.Select(answer => answer.Advantage).ToArray(), device: decoder.Device);
        return new PassLoss(objective.Compute(new SampledLogProbs(scores.LogProbs, part.Behaviour, part.Reference, advantages.index_select(0, scores.Examples))), scores);
    }

    private static Tensor Frozen(Decoder decoder, bool withoutAdapter, IReadOnlyList<Sampled> answers, int rowLength, LogitsBuffer logits)
    {
        using var bare = withoutAdapter ? decoder.WithoutAdapter() : null;
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return SequenceScores.Of(decoder, [.. answers.Select(answer => answer.Text)], rowLength, logits).LogProbs.MoveToOuterDisposeScope();
    }

    private sealed record Sampled(TokenExample Text, float Advantage);

    /// <summary>Answers that go through the model at once, with their columns; the order of tokens is always the same.</summary>
    private sealed record Part(IReadOnlyList<Sampled> Answers, Tensor Reference)
    {
        public Tensor? Behaviour { get; set; }
    }
}
