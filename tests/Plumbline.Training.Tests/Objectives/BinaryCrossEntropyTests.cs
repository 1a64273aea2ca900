using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class BinaryCrossEntropyTests
{
    [Theory] // half of log(1 + e^−r_w) + log(1 + e^r_l), by hand: log 2 = 0.693147, log(1 + e^−2) = 0.126928, log(1 + e) = 1.313262, log(1 + e^−1) = 0.313262
    [InlineData(0, 0, 0.693147)]
    [InlineData(2, -2, 0.126928)]
    [InlineData(-1, 1, 1.313262)]
    [InlineData(1, 1, 0.813262)] // both worth the same: one of the two is told right
    public void Each_answer_is_told_by_itself(double met, double violated, double expected) =>
        Assert.Equal(expected, new BinaryCrossEntropy().PerPair(new(tensor([met]), tensor([violated]), tensor([5.0]))).item<double>(), 1e-6);

    [Fact] // d/dr of −½·log σ(r) is −½·σ(−r): at 0, −¼; and +¼ for the other
    public void Its_gradient_is_half_of_what_the_chance_is_off()
    {
        var pairs = new PairScores(tensor([0.0]).requires_grad_(true), tensor([0.0]).requires_grad_(true), tensor([0.0]));
        new BinaryCrossEntropy().Compute(pairs).Value.backward();
        Assert.Equal((-0.25, 0.25), (pairs.Chosen.grad!.item<double>(), pairs.Rejected.grad!.item<double>()));
    }
}
