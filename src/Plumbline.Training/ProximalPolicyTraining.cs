using System.Text.Json;
using Plumbline.Models;
using Plumbline.Training.Distributed;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Reinforcement learning with a critic that says before each token what is still to come (114).</summary>
/// <remarks>A step samples, scores, and makes its updates of policy and critic. It is done wholly or not at all, so it is also what training is taken up from.</remarks>
public static class ProximalPolicyTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">The policy, with the weights it starts from even when a checkpoint is taken up.</param>
    /// <param name="reference">A frozen copy of it; or the policy itself if only its adapter is trained: then it is the policy with the adapter off.</param>
    /// <param name="critic">The critic, with the weights it starts from; all of them are trained. It reads the tokens of the policy.</param>
    /// <param name="criticRate">Its learning rate.</param>
    /// <param name="rollout">Samples groups of one or more answers with the policy as it is and scores them, by the number of the step; draws nothing from shared randomness.</param>
    /// <param name="objective">The losses, and the stabilisers that are on.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="options">How long and how fast; <see cref="ProximalPolicyOptimization.ClipGradients"/> takes the place of its clipping.</param>
    /// <param name="progress">Told every few steps, with <c>reward</c> (mean of the scores), <c>length</c> (tokens of an answer), <c>divergence</c> (of an answer from the reference, nats),
    /// <c>perplexity</c> (of the answers under the policy), <c>valueLoss</c>, <c>clipped</c> and <c>valuesClipped</c> (shares of tokens).</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <param name="pretraining">Texts whose likelihood counts beside the loss of the policy, by the number of the step; asked only if <see cref="ProximalPolicyOptimization.PretrainingWeight"/> is above 0.</param>
    /// <exception cref="InputException">An answer does not fit, training diverged, or the checkpoint cannot be used.</exception>
    /// <exception cref="ArgumentException">Policy and reference are one though all weights are trained, or the pretraining texts are missing.</exception>
    public static void Run(Decoder decoder, Decoder reference, RewardModel critic, Schedule criticRate, Func<int, IReadOnlyList<ScoredGroup>> rollout, ProximalPolicyOptimization objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel, Func<int, IReadOnlyList<TokenExample>>? pretraining = null)
    {
        ArgumentNullException.ThrowIfNull(critic);
        ArgumentNullException.ThrowIfNull(criticRate);
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        PolicyGradientTraining.RefuseMovingReference(decoder, reference, options);
        if (objective.PretrainingWeight > 0 && pretraining is null)
            throw new ArgumentException("The likelihood of pretraining texts is to count, but there are none.", nameof(pretraining));
        using var logits = new LogitsBuffer();
        using var memory = zeros(3, ScalarType.Float64).DetachFromDisposeScope();
        options = options with { Optimiser = options.Optimiser with { ClipNorm = objective.ClipGradients ?? double.PositiveInfinity } };
        var actors = new Actors(decoder, reference, critic, rowLength, logits, options, objective);
        TrainingLoop.Run(decoder, options, step =>
        {
            var groups = rollout(step);
            TokenExample[] answers = [.. groups.SelectMany(group => group.Answers)];
            double[] scores = [.. groups.SelectMany(group => group.Rewards)];
            Packing.RefuseCut(answers, rowLength, index => $"step {step}, answer {index}");
            foreach (var (index, group) in groups.Index())
                StepReward.RefuseMismatch(group, $"step {step}, group {index}");
            IReadOnlyList<StepReward>[] steps = [.. groups.SelectMany(group => group.Answers.Select((answer, index) => group.Steps?[index] ?? (answer.Trained == 0 ? [] : [new StepReward(answer.Trained, group.Rewards[index])])))];
            var scale = Remembered(memory, scores);
            var minibatches = Enumerable.Range(0, Math.Min(objective.Minibatches, answers.Length)).Select(first => Enumerable.Range(0, answers.Length).Where(index => index % objective.Minibatches == first).ToArray()).ToArray();
            var batches = minibatches.Select(indices => actors.Judge(indices, answers, index => steps[index], scale)).ToArray();
            var found = Together(options.Together, [.. batches.SelectMany(batch => batch)], answers, objective);
            var passes = Enumerable.Range(0, objective.Updates).SelectMany(_ => batches.Zip(minibatches)).SelectMany(batch => actors.Update(batch.First, batch.Second.Sum(index => answers[index].Trained),
                found.Advantages, step, objective.PretrainingWeight > 0 ? pretraining!(step) : []));
            return new TrainingStep([.. passes], answers.Sum(answer => answer.Ids.Length), new Dictionary<string, double>
            {
                ["reward"] = scores.Average(),
                ["length"] = answers.Average(answer => answer.Trained),
                ["divergence"] = found.Divergence,
                ["perplexity"] = found.Perplexity,
            });
        }, progress, cancel, companion: new Companion("critic", critic.Decoder, options.Optimiser, criticRate, memory));
    }

    /// <summary>All scores so far, those of this step included.</summary>
    private static RunningScale Remembered(Tensor memory, double[] scores)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var before = memory.data<double>().ToArray();
        var now = new RunningScale(before[0], before[1], before[2]).With(scores);
        memory.copy_(tensor([now.Count, now.Mean, now.Squares]));
        return now;
    }

    /// <summary>What the answers of all ranks come to together.</summary>
    private static (RunningScale Advantages, double Divergence, double Perplexity) Together(ProcessGroup group, JudgedAnswers[] parts, TokenExample[] answers, ProximalPolicyOptimization objective)
    {
        var advantages = new RunningScale().With([.. parts.SelectMany(part => part.Advantages).SelectMany(each => each)]);
        var own = new Sums(advantages.Count, advantages.Mean, advantages.Squares, parts.Sum(part => part.Divergence), parts.Sum(part => part.LogProb));
        var all = group.Size == 1 ? [own] : group.Gather(JsonSerializer.SerializeToUtf8Bytes(own)).Select(said => JsonSerializer.Deserialize<Sums>(said)!).ToArray();
        var scale = all.Aggregate(new RunningScale(), (sum, each) => sum.With(new RunningScale(each.Count, each.Mean, each.Squares)));
        return (scale, all.Sum(each => each.Divergence) / answers.Length, Math.Exp(-all.Sum(each => each.LogProb) / Math.Max(1, scale.Count)));
    }

    /// <summary>What a rank has to say of its answers.</summary>
    private sealed record Sums(double Count, double Mean, double Squares, double Divergence, double LogProb);
}
