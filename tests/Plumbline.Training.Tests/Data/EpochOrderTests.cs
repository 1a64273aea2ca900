using FsCheck.Xunit;
using Plumbline.Training;

namespace Plumbline.Training.Tests.Data;

public sealed class EpochOrderTests
{
    [Property]
    public bool Every_epoch_takes_all_of_the_data_once(byte count, byte perStep, byte epoch)
    {
        var order = new EpochOrder(count + 1, perStep + 1, 3, "test");
        var taken = Enumerable.Range(epoch * order.StepsPerEpoch, order.StepsPerEpoch).Select(order.Batch).ToArray();
        return taken.SelectMany(each => each).Order().SequenceEqual(Enumerable.Range(0, count + 1)) && taken.All(each => each.Count > 0 && each.Count <= perStep + 1);
    }

    [Fact]
    public void Epochs_seeds_and_purposes_have_orders_of_their_own()
    {
        int[] Order(long seed, string purpose, int step) => [.. new EpochOrder(50, 50, seed, purpose).Batch(step)];
        Assert.Equal(Order(1, "a", 0), Order(1, "a", 0));
        Assert.NotEqual(Order(1, "a", 0), Order(1, "a", 1));
        Assert.NotEqual(Order(1, "a", 0), Order(2, "a", 0));
        Assert.NotEqual(Order(1, "a", 0), Order(1, "b", 0));
    }
}
