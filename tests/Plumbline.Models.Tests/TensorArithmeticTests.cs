using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests;

public sealed class TensorArithmeticTests
{
    public TensorArithmeticTests() => LibTorch.EnsureLoaded();

    [Fact]
    public void It_computes_what_its_names_say()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, -2f, 4f });
        Same(x.Plus(x), 2, -4, 8);
        Same(x.Plus(0.5), 1.5f, -1.5f, 4.5f);
        Same(x.Minus(1), 0, -3, 3);
        Same(x.Times(0.5), 0.5f, -1, 2);
        Same(x.Over(2), 0.5f, -1, 2);
        Same(x.Squared(), 1, 4, 16);
        Same(x.Within(-1, 3), 1, -1, 3);
        Same(x.Within(most: 2), 1, -2, 2);
        Same(x.Within(least: 0), 1, 0, 4);
        Same(x.GreaterThan(0).to(ScalarType.Float32), 1, 0, 1);
        Same(zeros(2).PlusAt(tensor(new[] { 1L, 0L, 1L }), x), -2, 5);
        Same(zeros(3).FillWith(7).PlusInPlace(x, 2).TimesInPlace(2).PlusInPlace(1), 19, 7, 31);
        Same(zeros(3).PlusProductInPlace(x, x, 0.5).PlusQuotientInPlace(x, x, -1), -0.5f, 1, 7);
    }

    [Fact]
    public void Whole_numbers_stay_whole()
    {
        using var scope = NewDisposeScope();
        var places = TensorArithmetic.CountUpTo(4).Minus(2);
        Assert.Equal([-2L, -1, 0, 1], places.data<long>().ToArray());
        Assert.Equal([0L, 0, 0, 1], places.AtLeast(0).data<long>().ToArray());
        Assert.Equal([1L, 2, 3, 4], places.Plus(3).data<long>().ToArray());
    }

    [Fact]
    public async Task A_number_is_not_freed_while_it_is_read()
    {
        using var stop = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        }, TestContext.Current.CancellationToken);
        try
        {
            using var scope = NewDisposeScope();
            var (x, one) = (ones(4), ones(4));
            for (var i = 0; i < 60_000; i++)
            {
                using var y = x.Plus(one);
                using var z = y.Times(3).Minus(1).Over(5);
                using var w = z.Squared();
                Assert.Equal(1, w.data<float>()[0]);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await collecting;
        }
    }

    private static void Same(Tensor tensor, params float[] wanted) => Assert.Equal(wanted, tensor.data<float>().ToArray());
}
