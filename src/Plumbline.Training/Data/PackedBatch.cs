using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Packed rows as tensors.</summary>
internal sealed class PackedBatch
{
    /// <param name="rows">At least one, all of one length.</param>
    /// <param name="device">Where the decoder is.</param>
    public PackedBatch(IReadOnlyList<PackedRow> rows, Device device)
    {
        var (count, length) = (rows.Count, rows[0].Ids.Length);
        Ids = Stack(row => row.Ids);
        Positions = Stack(row => row.Positions);
        var examples = Stack(row => row.Examples);
        Mask = ((examples.unsqueeze(2) == examples.unsqueeze(1)) & ones([length, length], ScalarType.Bool, device).tril()).unsqueeze(1); // [rows, 1, length, length]
        var weights = tensor(rows.SelectMany(row => row.Weights).ToArray(), device: device);
        Trained = weights.nonzero().flatten();                                                                             // [trained]
        Weights = weights.index_select(0, Trained);
        Targets = Ids.flatten().index_select(0, Trained);
        Examples = examples.flatten().index_select(0, Trained).Minus(1);

        Tensor Stack(Func<PackedRow, long[]> field) => tensor(rows.SelectMany(field).ToArray(), [count, length], device: device);
    }

    /// <summary>[rows, length].</summary>
    public Tensor Ids { get; }

    /// <summary>[rows, length].</summary>
    public Tensor Positions { get; }

    /// <summary>[rows, 1, length, length]: a token sees its own text up to itself.</summary>
    public Tensor Mask { get; }

    /// <summary>Places in the flattened rows whose token is trained, [trained]; none is the first of a row.</summary>
    public Tensor Trained { get; }

    /// <summary>The tokens there, [trained].</summary>
    public Tensor Targets { get; }

    /// <summary>The example that each belongs to, [trained].</summary>
    public Tensor Examples { get; }

    /// <summary>Their weights, [trained].</summary>
    public Tensor Weights { get; }

    /// <summary>What the output matrix needs to predict the trained tokens: the state one place before each, [trained, width].</summary>
    public Tensor Before(Tensor hidden) => hidden.flatten(0, 1).index_select(0, Trained.Minus(1));
}
