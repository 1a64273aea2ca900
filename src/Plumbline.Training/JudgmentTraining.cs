using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Training on answers with written judgments (026, CUT): what is pushed down is found by reading each answer with its judgment in view and without it.</summary>
public static class JudgmentTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">Whose weights.</param>
    /// <param name="examples">All answers; prompt, judgment and answer fit into a row.</param>
    /// <param name="batches">Which of them make up a step, by its number from 0; a pure function.</param>
    /// <param name="objective">The loss.</param>
    /// <param name="rowLength">Most tokens of prompt, judgment and answer.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps, with what the objective measures.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <exception cref="InputException">An answer is empty or does not fit, training diverged, or the checkpoint cannot be used.</exception>
    public static void Run(Decoder decoder, IReadOnlyList<JudgedExample> examples, Func<int, IReadOnlyList<int>> batches, ContrastiveUnlikelihood objective, int rowLength,
        TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        Packing.RefuseCut(examples.Select(each => each.Judged ?? each.Plain), rowLength, index => $"answer {index}");
        if (examples.Index().FirstOrDefault(each => each.Item.Plain.Trained == 0) is (var empty, not null))
            throw new InputException($"answer {empty}", "no token of it is trained.", "Leave it out.");
        using var logits = new LogitsBuffer();
        TrainingLoop.Run(decoder, options, step =>
        {
            JudgedExample[] taken = [.. batches(step).Select(index => examples[index])];
            var passes = StepPass.Update(StepPass.Split(options.Together.Share(taken, each => each.Tokens), each => each.Tokens, options.TokensPerPass), taken.Length, part => part.Count,
                part => Loss(decoder, part, objective, rowLength, logits, options.Checkpointing));
            return new TrainingStep(passes, taken.Sum(each => each.Tokens));
        }, progress, cancel);
    }

    private static PassLoss Loss(Decoder decoder, IReadOnlyList<JudgedExample> examples, ContrastiveUnlikelihood objective, int rowLength, LogitsBuffer logits, bool checkpointed)
    {
        JudgedExample[] criticised = [.. examples.Where(each => each.Judged is not null)], approved = [.. examples.Where(each => each.Judged is null)];
        var scores = SequenceScores.Of(decoder, [.. criticised.Select(each => each.Plain), .. criticised.Select(each => each.Judged!), .. approved.Select(each => each.Plain)],
            rowLength, logits, gradients: true, checkpointed);
        var order = (scores.Examples * tensor(scores.Examples.numel(), device: decoder.Device)).Plus(TensorArithmetic.CountUpTo(scores.Examples.numel(), decoder.Device)).argsort(); // a text's tokens together, in the order of texts
        var (logProbs, weights, texts) = (scores.LogProbs.index_select(0, order), scores.Weights.index_select(0, order), scores.Examples.index_select(0, order));
        long tokens = criticised.Sum(each => each.Plain.Trained), rest = approved.Sum(each => each.Plain.Trained);
        return new PassLoss(objective.Compute(
            tokens == 0 ? null : new(logProbs.narrow(0, 0, tokens), weights.narrow(0, 0, tokens), texts.narrow(0, 0, tokens), criticised.Length),
            tokens == 0 ? null : logProbs.narrow(0, tokens, tokens),
            rest == 0 ? null : new(logProbs.narrow(0, 2 * tokens, rest), weights.narrow(0, 2 * tokens, rest), texts.narrow(0, 2 * tokens, rest).Minus(2 * criticised.Length), approved.Length)), scores);
    }
}
