using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Log-probabilities of the trained tokens of examples.</summary>
/// <param name="LogProbs">Of each trained token, in the order of the packed rows: the same for the same examples, [tokens].</param>
/// <param name="Examples">The example that each token belongs to, [tokens].</param>
internal sealed record SequenceScores(Tensor LogProbs, Tensor Examples)
{
    /// <summary>Scores examples in packed rows; only trained places meet the vocabulary.</summary>
    public static SequenceScores Of(Decoder decoder, IReadOnlyList<TokenExample> examples, int rowLength)
    {
        var batch = new PackedBatch(Packing.Pack(examples, rowLength));
        var logits = decoder.Logits(batch.Before(decoder.Hidden(batch.Ids, batch.Positions, batch.Mask)));
        var logProbs = -nn.functional.cross_entropy(logits, batch.Targets, reduction: nn.Reduction.None);
        return new SequenceScores(logProbs, batch.Examples);
    }

    /// <summary>Sums over the tokens of each example, [examples].</summary>
    public Tensor Sums(int examples) => zeros(examples).index_add(0, Examples, LogProbs, 1);
}
