using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Learns from answers that were judged one by one, with any <see cref="PointObjective"/>; the reference is the policy as it was at the start, or with its adapter off where that alone is trained; its numbers are computed once.</summary>
public static class PointTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">The policy, with the weights it starts from even when a checkpoint is taken up.</param>
    /// <param name="answers">All answers; prompt and answer fit into a row.</param>
    /// <param name="batches">Which answers make up a step, by its number from 0; a pure function.</param>
    /// <param name="objective">The loss of an answer.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <exception cref="InputException">An answer does not fit, training diverged, or the checkpoint cannot be used.</exception>
    public static void Run(Decoder decoder, IReadOnlyList<PointExample> answers, Func<int, IReadOnlyList<int>> batches, PointObjective objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        Packing.RefuseCut(answers.Select(answer => answer.Text), rowLength, index => $"answer {index}");
        var group = options.Together;
        var folder = group.IsFirst ? options.ReferenceFolder ?? options.CheckpointFolder : null;
        var start = options.Start ?? (folder is null && options.CheckpointFolder is null ? null : WeightHashes.Of(decoder));
        using var logits = new LogitsBuffer();
        var mismatched = objective.Baseline == PointBaseline.Mismatched ? new MismatchedAnswers(answers, batches, options.Steps, rowLength) : null;
        var reference = Frozen(new TextsOf(answers));
        var drift = mismatched is null ? [] : Frozen(mismatched);
        TrainingLoop.Run(decoder, options with { Start = start }, step =>
        {
            var taken = batches(step);
            var baseline = objective.Baseline switch
            {
                PointBaseline.Answers => Mean(taken, index => answers[index].Text, index => reference[index]),
                PointBaseline.Mismatched => Mean([.. mismatched!.Of(step)], index => mismatched[index], index => drift[index]),
                _ => (double?)null,
            };
            var goodness = taken.Average(index => answers[index].Label);
            var passes = StepPass.Update(StepPass.Split(group.Share(taken, index => answers[index].Text.Ids.Length), index => answers[index].Text.Ids.Length, options.TokensPerPass), taken.Count, part => part.Count, part =>
            {
                PointExample[] examples = [.. part.Select(index => answers[index])];
                var scores = SequenceScores.Of(decoder, [.. examples.Select(each => each.Text)], rowLength, logits, gradients: true, options.Checkpointing);
                return new PassLoss(objective.Compute(Columns(scores, examples, [.. part.Select(index => reference[index])]) with
                {
                    Baseline = baseline is { } number ? tensor((float)number, device: decoder.Device) : null,
                    Goodness = tensor((float)goodness, device: decoder.Device),
                }), scores);
            });
            return new TrainingStep(passes, taken.Sum(index => answers[index].Text.Ids.Length));
        }, progress, cancel);

        float[] Frozen(IReadOnlyList<TokenExample> texts) => ReferenceScores.Of(decoder, (options.Parameters ?? ParameterGroup.Of(decoder)).LeavesReference(decoder), texts, rowLength,
            folder, start, options.Notes, cancel);

        // Over the whole step, whichever passes and processes it is made in; each process computes its share.
        double Mean(IReadOnlyList<int> taken, Func<int, TokenExample> text, Func<int, float> frozen)
        {
            using var off = no_grad();
            var sum = 0.0;
            foreach (var part in StepPass.Split(group.Share(taken, index => text(index).Ids.Length), index => text(index).Ids.Length, options.TokensPerPass))
            {
                using var scope = NewDisposeScope();
                var scores = SequenceScores.Of(decoder, [.. part.Select(text)], rowLength, logits);
                sum += scores.LogProbs.to(ScalarType.Float64).sum().item<double>() - part.Sum(index => (double)frozen(index));
            }
            return taken.Count == 0 ? 0 : group.Gather(BitConverter.GetBytes(sum)).Sum(bytes => BitConverter.ToDouble(bytes)) / taken.Count;
        }
    }

    /// <summary>What a loss makes of answers, without changing anything.</summary>
    /// <param name="decoder">The policy.</param>
    /// <param name="answers">At least one; prompt and answer fit into a row.</param>
    /// <param name="anchor">What <see cref="LogProbs"/> gave for the reference, in the order of the answers.</param>
    /// <param name="objective">The loss of an answer. A baseline that it asks for is that of these answers, 0 if it is one of mismatched ones.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns><c>loss</c> and what the objective measures, means over answers.</returns>
    public static IReadOnlyDictionary<string, double> Evaluate(Decoder decoder, IReadOnlyList<PointExample> answers, IReadOnlyList<float> anchor, PointObjective objective, int rowLength, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(anchor);
        ArgumentNullException.ThrowIfNull(objective);
        double? baseline = objective.Baseline == PointBaseline.Answers ? LogProbs(decoder, answers, rowLength, cancel).Zip(anchor, (policy, frozen) => (double)policy - frozen).Average() : null;
        var goodness = answers.Average(answer => answer.Label);
        using var logits = new LogitsBuffer();
        return HeldOut.Mean([.. Enumerable.Range(0, answers.Count)], HeldOut.ExamplesAtOnce, part => part.Count, part =>
        {
            PointExample[] examples = [.. part.Select(index => answers[index])];
            return objective.Compute(Columns(SequenceScores.Of(decoder, [.. examples.Select(each => each.Text)], rowLength, logits), examples, [.. part.Select(index => anchor[index])]) with
            {
                Baseline = baseline is { } number ? tensor((float)number, device: decoder.Device) : null,
                Goodness = tensor((float)goodness, device: decoder.Device),
            });
        }, cancel);
    }

    /// <summary>Log-probabilities of answers, summed over their tokens: the anchor that <see cref="Evaluate"/> measures against.</summary>
    /// <param name="decoder">Whose.</param>
    /// <param name="answers">The answers.</param>
    /// <param name="rowLength">Most tokens of prompt and answer.</param>
    /// <param name="cancel">Stops between batches.</param>
    public static IReadOnlyList<float> LogProbs(Decoder decoder, IReadOnlyList<PointExample> answers, int rowLength, CancellationToken cancel) =>
        ReferenceScores.Of(decoder, false, new TextsOf(answers), rowLength, null, null, null, cancel);

    private static PointLogProbs Columns(SequenceScores scores, PointExample[] examples, float[] reference) => new(scores.Sums(examples.Length), tensor(reference, device: scores.LogProbs.device),
        tensor(examples.Select(each => (float)each.Text.Trained).ToArray(), device: scores.LogProbs.device), tensor(examples.Select(each => (float)each.Label).ToArray(), device: scores.LogProbs.device));

    /// <summary>The texts without their labels, read as they are asked for.</summary>
    private sealed class TextsOf(IReadOnlyList<PointExample> answers) : IReadOnlyList<TokenExample>
    {
        public int Count => answers.Count;

        public TokenExample this[int index] => answers[index].Text;

        public IEnumerator<TokenExample> GetEnumerator() => answers.Select(each => each.Text).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
