using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class ClippedValueLossTests
{
    [Theory]
    [InlineData(0.4, 0.9, 0.5, 0.08, 0.4)] // card 114 (a): max((0.9 − 0.5)², (0.6 − 0.5)²)/2
    [InlineData(0.4, 0.5, 0.9, 0.08, -0.4)] // within the band: (0.5 − 0.9)²/2
    [InlineData(0.4, 0.9, 1.5, 0.405, 0)] // going on in the right direction beyond the band gains nothing: (0.6 − 1.5)²/2
    public void Leaving_the_band_gains_nothing(double before, double now, double comes, double loss, double slope)
    {
        using var values = tensor([now], requires_grad: true);
        var value = ClippedValueLoss.Of(values, tensor([before]), tensor([comes]), 0.2).sum();
        value.backward();
        Assert.Equal(loss, value.item<double>(), 9);
        Assert.Equal(slope, values.grad!.item<double>(), 9);
    }

    [Fact] // (0.9 − 1.5)²/2
    public void Without_a_clip_it_is_half_the_square() => Assert.Equal(0.18, ClippedValueLoss.Of(tensor([0.9]), tensor([0.4]), tensor([1.5]), null).item<double>(), 9);
}
