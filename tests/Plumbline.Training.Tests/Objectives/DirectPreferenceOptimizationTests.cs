using FsCheck.Xunit;
using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class DirectPreferenceOptimizationTests
{
    [Theory] // hand batch H1 of the method cards: Δ = 1; −log σ(0.1) = 0.644397
    [InlineData(0.1, 0, 0.644397)]
    [InlineData(0.5, 0, 0.474077)]
    [InlineData(0.1, 0.1, 0.654397)]
    [InlineData(0.5, 0.1, 0.524077)]
    public void The_hand_batch_comes_to_the_numbers_on_the_card(double beta, double smoothing, double loss) =>
        Assert.Equal(loss, Value(new(beta, smoothing), HandBatch()), 6);

    [Fact] // identity 1
    public void At_the_reference_the_loss_is_log_two_and_the_gradient_half_of_beta()
    {
        using var chosen = tensor([-3.0, -8.0], requires_grad: true);
        using var rejected = tensor([-5.0, -2.0], requires_grad: true);
        var loss = new DirectPreferenceOptimization(0.3).PerPair(Pairs(chosen, rejected, chosen.detach(), rejected.detach())).sum();
        loss.backward();
        Assert.Equal(2 * Math.Log(2), loss.item<double>(), 12);
        Assert.All(chosen.grad!.data<double>().ToArray(), slope => Assert.Equal(-0.15, slope, 12));
        Assert.All(rejected.grad!.data<double>().ToArray(), slope => Assert.Equal(0.15, slope, 12));
    }

    [Property] // identity 2
    public void A_smoothed_label_is_a_mixture_of_the_label_and_its_opposite(sbyte margin, byte part)
    {
        var (gain, smoothing) = (margin / 16.0, part / 256.0 * 0.49);
        var plain = new DirectPreferenceOptimization(0.7);
        var expected = (1 - smoothing) * Value(plain, Gain(gain)) + smoothing * Value(plain, Gain(-gain));
        Assert.Equal(expected, Value(new(0.7, smoothing), Gain(gain)), 10);
    }

    [Fact] // identity 2: the slope is zero at u = log(0.8/0.2)
    public void A_smoothed_label_asks_for_a_finite_margin()
    {
        using var chosen = tensor([Math.Log(4)], requires_grad: true);
        new DirectPreferenceOptimization(1, 0.2).PerPair(Pairs(chosen, zeros_like(chosen), zeros_like(chosen), zeros_like(chosen))).sum().backward();
        Assert.Equal(0, chosen.grad!.item<double>(), 12);
    }

    [Property]
    public void The_gradient_agrees_with_finite_differences(sbyte margin, bool smooth)
    {
        var (gain, objective) = (margin / 16.0, new DirectPreferenceOptimization(0.4, smooth ? 0.2 : 0));
        using var chosen = tensor([gain], requires_grad: true);
        objective.Compute(Pairs(chosen, zeros_like(chosen), zeros_like(chosen), zeros_like(chosen))).Value.backward();
        const double Step = 1e-5;
        Assert.Equal((Value(objective, Gain(gain + Step)) - Value(objective, Gain(gain - Step))) / (2 * Step), chosen.grad!.item<double>(), 6);
    }

    [Fact] // no overflow: −log σ(−1000) = 1000
    public void A_hopeless_pair_costs_its_margin_and_not_infinity() => Assert.Equal(1000, Value(new(1), Gain(-1000)), 9);

    [Fact] // margins 1, −2, 0.5: two of three better; ρ_w = 0.4, −1, 0.5; ρ_l = −0.6, 1, 0
    public void Statistics_say_which_side_moved()
    {
        var pairs = Pairs(tensor([-1.5, -1.0, 0.5]), tensor([-3.0, 1.0, 0.0]), tensor([-1.9, 0.0, 0.0]), tensor([-2.4, 0.0, 0.0]));
        var statistics = new DirectPreferenceOptimization(0.1).Compute(pairs).Statistics.ToDictionary(each => each.Key, each => each.Value.to(ScalarType.Float64).item<double>());
        Assert.Equal(2 / 3.0, statistics["accuracy"], 6);
        Assert.Equal(-0.5 / 3, statistics["margin"], 6);
        Assert.Equal(-0.1 / 3, statistics["chosen"], 6);
        Assert.Equal(0.4 / 3, statistics["rejected"], 6);
    }

    [Property] // identity 9
    public void The_order_of_pairs_does_not_matter(sbyte first, sbyte second, sbyte third)
    {
        double Loss(params double[] gains) => new DirectPreferenceOptimization(0.2).Compute(Gain(gains)).Value.item<double>();
        Assert.Equal(Loss(first / 8.0, second / 8.0, third / 8.0), Loss(third / 8.0, first / 8.0, second / 8.0), 12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(0.1, 0.5)]
    [InlineData(0.1, -0.1)]
    public void Settings_that_mean_nothing_are_refused(double beta, double smoothing) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DirectPreferenceOptimization(beta, smoothing));

    private static PairLogProbs HandBatch() => Pairs(tensor([-1.5]), tensor([-3.0]), tensor([-1.9]), tensor([-2.4]));

    private static PairLogProbs Gain(params double[] gains) => Pairs(tensor(gains), zeros(gains.Length, float64), zeros(gains.Length, float64), zeros(gains.Length, float64));

    private static PairLogProbs Pairs(Tensor chosen, Tensor rejected, Tensor referenceChosen, Tensor referenceRejected) =>
        new(chosen, rejected, referenceChosen, referenceRejected, zeros_like(chosen).FillWith(3), zeros_like(rejected).FillWith(4));

    private static double Value(DirectPreferenceOptimization objective, PairLogProbs pairs) => objective.Compute(pairs).Value.item<double>();
}
