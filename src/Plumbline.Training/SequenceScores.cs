using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Log-probabilities of the trained tokens of examples.</summary>
/// <param name="LogProbs">Of each trained token, in the order of the packed rows: the same for the same examples, [tokens].</param>
/// <param name="Weights">How much each token counts, [tokens].</param>
/// <param name="Examples">The example that each token belongs to, [tokens].</param>
internal sealed record SequenceScores(Tensor LogProbs, Tensor Weights, Tensor Examples)
{
    /// <summary>Scores examples in packed rows.</summary>
    public static SequenceScores Of(Decoder decoder, IReadOnlyList<TokenExample> examples, int rowLength) => Of(decoder, Packing.Pack(examples, rowLength));

    /// <summary>Scores packed rows; only trained places meet the vocabulary.</summary>
    public static SequenceScores Of(Decoder decoder, IReadOnlyList<PackedRow> rows)
    {
        var batch = new PackedBatch(rows, decoder.Device);
        var logits = decoder.Logits(batch.Before(decoder.Hidden(batch.Ids, batch.Positions, batch.Mask))); // [trained, vocabulary]
        var logProbs = -nn.functional.cross_entropy(logits, batch.Targets, reduction: nn.Reduction.None);
        return new SequenceScores(logProbs, batch.Weights, batch.Examples);
    }

    /// <summary>Sums over the tokens of each example, [examples].</summary>
    public Tensor Sums(int examples) => zeros(examples, device: LogProbs.device).PlusAt(Examples, LogProbs);
}
