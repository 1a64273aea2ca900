using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Weighted likelihood of texts (kernel K1): pretraining when every token is trained, supervised fine-tuning when the answer is.</summary>
/// <remarks>loss = −Σ w·log π(token | before) / Σ w, over all trained tokens of a step.</remarks>
public static class SupervisedTraining
{
    /// <summary>Trains.</summary>
    /// <param name="decoder">Whose weights.</param>
    /// <param name="examples">The examples of a step, by its number from 0; a pure function, so that training can be taken up.</param>
    /// <param name="rowLength">Tokens in a packed row.</param>
    /// <param name="options">How long and how fast.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancel">Stops after the step at work.</param>
    public static void Run(Decoder decoder, Func<int, IReadOnlyList<TokenExample>> examples, int rowLength, TrainingOptions options,
        IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(examples);
        TrainingLoop.Run(decoder, options, step =>
        {
            var rows = Packing.Pack(examples(step), rowLength);
            var batch = new PackedBatch(rows);
            var logits = decoder.Logits(batch.Before(decoder.Hidden(batch.Ids, batch.Positions, batch.Mask)));
            var losses = nn.functional.cross_entropy(logits, batch.Targets, reduction: nn.Reduction.None);
            return new StepLoss((losses * batch.Weights).sum() / batch.Weights.sum(), rows.Sum(row => row.Used));
        }, progress, cancel);
    }
}
