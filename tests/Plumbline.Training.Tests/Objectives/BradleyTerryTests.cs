using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class BradleyTerryTests
{
    [Theory] // −log σ(u) + c·(r_w + r_l)², u = r_w − r_l − m, worked by hand: log(1 + e^−0.5) = 0.474077, log(1 + e^1) = 1.313262, log 2 = 0.693147
    [InlineData(0.7, 0.2, 0, 0, 0.474077)]
    [InlineData(-0.2, 0.3, 0.5, 0, 1.313262)]
    [InlineData(1.5, 1.5, 0, 0, 0.693147)]
    [InlineData(1.5, 1.5, 0, 0.01, 0.783147)] // + 0.01 · 3²
    [InlineData(2, -2, 4, 0.5, 0.693147)] // opposite rewards cost nothing more
    public void The_loss_of_a_pair(double chosen, double rejected, double margin, double centring, double expected) =>
        Assert.Equal(expected, new BradleyTerry(centring).PerPair(Pairs(chosen, rejected, margin)).item<double>(), 1e-6);

    [Fact]
    public void Its_gradient_agrees_with_finite_differences()
    {
        const double Small = 1e-6;
        var objective = new BradleyTerry(0.3);
        var pairs = Pairs(0.4, -0.1, 0.2);
        pairs.Chosen.requires_grad_(true);
        pairs.Rejected.requires_grad_(true);
        objective.Compute(pairs).Value.backward();
        Assert.Equal((Loss(0.4 + Small, -0.1) - Loss(0.4 - Small, -0.1)) / (2 * Small), pairs.Chosen.grad!.item<double>(), 1e-6);
        Assert.Equal((Loss(0.4, -0.1 + Small) - Loss(0.4, -0.1 - Small)) / (2 * Small), pairs.Rejected.grad!.item<double>(), 1e-6);

        double Loss(double chosen, double rejected) => objective.Compute(Pairs(chosen, rejected, 0.2)).Value.item<double>();
    }

    [Fact]
    public void Statistics_are_means_over_pairs()
    {
        var loss = new BradleyTerry().Compute(new PairScores(tensor([1.0, 0.0]), tensor([0.0, 3.0]), tensor([0.0, 0.0])));
        Assert.Equal((0.5f, -1.0, 0.5, 1.5), (loss.Statistics["accuracy"].item<float>(), loss.Statistics["margin"].item<double>(), loss.Statistics["chosen"].item<double>(), loss.Statistics["rejected"].item<double>()));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Centring_that_would_push_apart_is_refused(double centring) => Assert.Throws<ArgumentOutOfRangeException>(() => new BradleyTerry(centring));

    private static PairScores Pairs(double chosen, double rejected, double margin) => new(tensor([chosen]), tensor([rejected]), tensor([margin]));
}
