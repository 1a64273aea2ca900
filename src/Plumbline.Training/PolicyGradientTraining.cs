using Plumbline.Models;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Answers to one prompt with what each is worth.</summary>
/// <param name="Answers">Prompt and answer as tokens; the answer is the trained part.</param>
/// <param name="Rewards">One number for each answer.</param>
public sealed record ScoredGroup(IReadOnlyList<TokenExample> Answers, IReadOnlyList<double> Rewards);

/// <summary>Reinforcement learning on answers of the policy's own; the reference is the policy as it was at the start.</summary>
public static class PolicyGradientTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">The policy, with the weights it starts from even when a checkpoint is taken up.</param>
    /// <param name="reference">A frozen copy of it.</param>
    /// <param name="rollout">Samples groups of answers with the policy as it is and scores them, by the number of the step; draws nothing from shared randomness.</param>
    /// <param name="objective">The loss.</param>
    /// <param name="rowLength">Tokens in a packed row.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    public static void Run(Decoder decoder, Decoder reference, Func<int, IReadOnlyList<ScoredGroup>> rollout, GroupPolicyGradient objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(objective);
        TrainingLoop.Run(decoder, options, step =>
        {
            var groups = rollout(step);
            TokenExample[] answers = [.. groups.SelectMany(group => group.Answers)];
            var advantages = tensor(groups.SelectMany(group => GroupPolicyGradient.Advantages(group.Rewards)).Select(advantage => (float)advantage).ToArray());
            var scores = SequenceScores.Of(decoder, answers, rowLength);
            Tensor anchor;
            using (no_grad())
                anchor = SequenceScores.Of(reference, answers, rowLength).LogProbs;
            var losses = objective.PerToken(scores.LogProbs, scores.LogProbs.detach(), anchor, advantages.index_select(0, scores.Examples));
            return new StepLoss(losses.mean(), answers.Sum(answer => answer.Ids.Length), new Dictionary<string, Tensor>
            {
                ["reward"] = tensor(groups.SelectMany(group => group.Rewards).Average()),
                ["divergence"] = GroupPolicyGradient.Divergence(scores.LogProbs.detach(), anchor).mean(),
                ["length"] = tensor(scores.LogProbs.shape[0] / (double)answers.Length),
            });
        }, progress, cancel);
    }
}
