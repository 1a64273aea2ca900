namespace Plumbline.Training;

/// <summary>The batches of an <see cref="EpochOrder"/>, with the order of the epoch at work kept, so that a step costs what it takes and not what there is.</summary>
/// <param name="order">Which of the data each step takes.</param>
public sealed class EpochBatches(EpochOrder order)
{
    private (int Epoch, int[] Order)? _kept;

    /// <summary>What a step takes; the same as <see cref="EpochOrder.Batch"/> says.</summary>
    /// <param name="step">Which, from 0, over all epochs.</param>
    public IReadOnlyList<int> Batch(int step)
    {
        var (epoch, part) = Math.DivRem(step, order.StepsPerEpoch);
        if (_kept is not { } kept || kept.Epoch != epoch)
            _kept = kept = (epoch, order.Epoch(epoch));
        var from = part * order.PerStep;
        return new ArraySegment<int>(kept.Order, from, Math.Min(order.PerStep, order.Count - from));
    }
}
