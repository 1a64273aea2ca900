using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

public sealed class WeightedLikelihoodTests
{
    [Fact] // (1·0.5 + 0.5·0.7 + 2·0.3)/3.5
    public void Tokens_count_by_their_weights() =>
        Assert.Equal(1.45 / 3.5, WeightedLikelihood.Compute(tensor([-0.5, -0.7, -0.3]), tensor([1.0, 0.5, 2.0])).Value.item<double>(), 12);

    [Fact] // identity 9: writing every token twice leaves a mean alone
    public void It_is_a_mean_and_not_a_sum()
    {
        var (logProbs, weights) = (tensor([-0.5, -0.7, -0.3]), tensor([1.0, 0.5, 2.0]));
        Assert.Equal(WeightedLikelihood.Compute(logProbs, weights).Value.item<double>(), WeightedLikelihood.Compute(cat([logProbs, logProbs]), cat([weights, weights])).Value.item<double>(), 12);
    }
}
