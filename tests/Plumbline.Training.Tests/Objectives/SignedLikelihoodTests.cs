using FsCheck.Xunit;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class SignedLikelihoodTests
{
    [Theory] // card 102: A B C D → A X C E D, −l of X 2.0, of E 1.5, of B as given
    [InlineData(0.8, 3.1 / 3)]
    [InlineData(0.3, 1.75)] // too likely to be pushed
    [InlineData(1.2, 1.75)] // not likely enough
    [InlineData(0.6, 3.2 / 3)] // the bounds belong to the band
    [InlineData(1.0, 3.0 / 3)]
    public void The_hand_example_comes_to_the_numbers_on_the_card(double removed, double loss)
    {
        var revision = RevisionExample.Contrast([9], [1, 2, 3, 4], [1, 5, 3, 6, 4]);
        Assert.Equal([0, 0, 1f, 0, 1f, 0], revision.Revised.Weights);
        Assert.Equal([0, 0, -0.5f, 0, 0], revision.First.Weights);
        Assert.Equal(loss, Loss(new(), [-2.0, -1.5, -removed], [1, 1, -0.5]), 6);
    }

    [Fact]
    public void Without_the_filter_every_removed_token_is_pushed() => Assert.Equal((3.5 - 0.15) / 3, Loss(SignedLikelihood.Unfiltered, [-2.0, -1.5, -0.3], [1, 1, -0.5]), 12);

    [Property] // identity 5
    public void Without_removed_tokens_and_with_weight_one_it_is_supervised_fine_tuning(byte seed)
    {
        var logProbs = Slopes.LogProbs(seed, 7);
        var likelihood = WeightedLikelihood.Compute(tensor(logProbs), ones(7, float64)).Value.item<double>();
        Assert.Equal(likelihood, Loss(new(), logProbs, [.. logProbs.Select(_ => 1.0)]), 10);
    }

    [Fact]
    public void The_gradient_agrees_with_finite_differences() =>
        Slopes.Check([-0.7, -0.9, -0.2, -1.4, -2], logProbs => new SignedLikelihood().Compute(new(logProbs, tensor([1.0, -0.5, -0.5, -0.5, 0.3]), tensor([0L, 0, 0, 1, 1]), 2)).Value);

    [Fact] // 1 of 2 removed tokens lies in the band
    public void It_says_how_many_removed_tokens_are_pushed() =>
        Assert.Equal(0.5, new SignedLikelihood().Compute(new(tensor([-0.8, -0.1]), tensor([-1.0, -1.0]), zeros(2, int64), 1)).Statistics["pushed"].item<float>(), 6);

    [Fact]
    public void A_revision_of_which_nothing_counts_costs_nothing()
    {
        using var logProbs = tensor([-0.1, -1.0], requires_grad: true);
        var loss = new SignedLikelihood().Compute(new(logProbs, tensor([-0.5, 1.0]), tensor([0L, 1]), 2)).Value;
        loss.backward();
        Assert.Equal(0.5, loss.item<double>(), 12);
        Assert.Equal([0, -0.5], logProbs.grad!.data<double>().ToArray());
    }

    [Theory]
    [InlineData(-0.1, 1)]
    [InlineData(1, 0.5)]
    [InlineData(double.NaN, 1)]
    public void Bands_that_mean_nothing_are_refused(double least, double most) => Assert.Throws<ArgumentOutOfRangeException>(() => new SignedLikelihood(least, most));

    private static double Loss(SignedLikelihood objective, double[] logProbs, double[] weights) =>
        objective.Compute(new(tensor(logProbs), tensor(weights), zeros(logProbs.Length, int64), 1)).Value.item<double>();
}
