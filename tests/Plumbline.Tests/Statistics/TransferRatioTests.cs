using Plumbline.Statistics;

namespace Plumbline.Tests.Statistics;

public sealed class TransferRatioTests
{
    [Fact] // of 400 items, 280, 304 and 328 are right: (0.76 − 0.70) / (0.82 − 0.70) = 0.5
    public void It_is_the_share_of_the_own_gain_that_other_data_brings()
    {
        var ratio = TransferRatio.Of(Right(280), Right(304), Right(328), seed: 1);
        Assert.Equal(0.5, ratio.Value!.Value, 1e-12);
        Assert.Equal((0.06, 0.12), (Math.Round(ratio.Gain.Value, 12), Math.Round(ratio.OwnGain.Value, 12)));
        Assert.Equal(-0.5, TransferRatio.Of(Right(280), Right(256), Right(328), seed: 1).Value!.Value, 1e-12); // other data may take away
    }

    [Fact]
    public void Where_the_own_gain_may_be_none_there_is_no_ratio()
    {
        Assert.Null(TransferRatio.Of(Right(280), Right(304), Right(280), seed: 1).Value);
        Assert.Null(TransferRatio.Of(Right(280), Right(304), Right(281), seed: 1).Value); // one item of 400: 0 is within its interval
    }

    private static double[] Right(int count) => [.. Enumerable.Range(0, 400).Select(index => index < count ? 1.0 : 0)];
}
