using Plumbline.Models;
using Plumbline.Training.Objectives;

namespace Plumbline.Training;

/// <summary>Weighted likelihood of texts (kernel K1): pretraining when every token is trained, supervised fine-tuning when the answer is.</summary>
/// <remarks>loss = −Σ w·log π(token | before) / Σ w, over all trained tokens of a step.</remarks>
public static class SupervisedTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">Whose weights.</param>
    /// <param name="examples">The examples of a step, by its number from 0; a pure function, so that training can be taken up.</param>
    /// <param name="rowLength">Most tokens of a text; what is longer is cut at the end.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    /// <exception cref="InputException">A step has no token to train, training diverged, or the checkpoint cannot be used.</exception>
    public static void Run(Decoder decoder, Func<int, IReadOnlyList<TokenExample>> examples, int rowLength, TrainingOptions options,
        IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(options);
        using var logits = new LogitsBuffer();
        TrainingLoop.Run(decoder, options, step =>
        {
            var texts = examples(step).Where(text => Packing.Trained(text, rowLength) != 0).ToArray();
            if (texts.Length == 0)
                throw new InputException($"training, step {step}", "no token of it is trained.", $"Check that answers are not empty, and that prompts leave room for them in rows of {rowLength} tokens.");
            var trained = texts.Sum(Trained);
            var passes = StepPass.Update(StepPass.Split(options.Together.Share(texts, text => Length(text)), Length, options.TokensPerPass), trained, part => part.Sum(Trained), part =>
            {
                var scores = SequenceScores.Of(decoder, part, rowLength, logits, gradients: true, options.Checkpointing, slope: -1 / trained);
                return new PassLoss(WeightedLikelihood.Compute(scores.LogProbs, scores.Weights), scores);
            });
            return new TrainingStep(passes, texts.Sum(Length));
        }, progress, cancel);

        int Length(TokenExample text) => Math.Min(text.Ids.Length, rowLength);
        double Trained(TokenExample text) => Packing.Trained(text, rowLength);
    }
}
