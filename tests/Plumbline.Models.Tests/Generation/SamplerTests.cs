using Plumbline.Models.Generation;

namespace Plumbline.Models.Tests;

public sealed class SamplerTests
{
    private static readonly float[] LogProbabilities = [.. ((double[])[0.1, 0.4, 0.2, 0.3]).Select(p => (float)Math.Log(p))];

    [Theory]
    [InlineData(0, 1, 0.99, 1)] // greedy, whatever the quantile
    [InlineData(1, 1, 0.05, 0)] // cumulative 0.1, 0.5, 0.7, 1
    [InlineData(1, 1, 0.15, 1)]
    [InlineData(1, 1, 0.69, 2)]
    [InlineData(1, 1, 0.99, 3)]
    [InlineData(1, 0.6, 0.05, 1)] // nucleus {1, 3} of weight 0.7: token 1 up to 0.4 / 0.7 = 0.571
    [InlineData(1, 0.6, 0.56, 1)]
    [InlineData(1, 0.6, 0.58, 3)]
    [InlineData(0.5, 1, 0.03, 0)] // squares 0.01, 0.16, 0.04, 0.09 of 0.30: cumulative 0.033, 0.567, 0.7, 1
    [InlineData(0.5, 1, 0.04, 1)]
    [InlineData(0.5, 1, 0.56, 1)]
    [InlineData(0.5, 1, 0.58, 2)]
    public void It_takes_the_quantile(double temperature, double topP, double quantile, int expected) =>
        Assert.Equal(expected, Sampler.Choose(LogProbabilities, new() { Temperature = temperature, TopP = topP }, null, quantile));

    [Fact] // three standard deviations of a mean of 10 000 uniform numbers are 0.0087
    public void Streams_are_uniform_and_do_not_follow_each_other()
    {
        var numbers = Enumerable.Range(0, 10_000).Select(index => RandomStream.Uniform(RandomStream.Of(5, (ulong)index), 0)).ToArray();
        Assert.Equal(0.5, numbers.Average(), 0.0087);
        Assert.Equal(10_000, numbers.Distinct().Count());
        Assert.NotEqual(RandomStream.Uniform(RandomStream.Of(5, 1), 0), RandomStream.Uniform(RandomStream.Of(5, 0), 1));
    }
}
