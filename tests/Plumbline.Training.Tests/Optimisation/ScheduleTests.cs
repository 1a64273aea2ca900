using Plumbline.Training;

namespace Plumbline.Training.Tests.Optimisation;

public sealed class ScheduleTests
{
    [Theory] // 4 steps up, then 10 down to a tenth
    [InlineData(Decay.Linear, 0, 0.25)]
    [InlineData(Decay.Linear, 3, 1)]
    [InlineData(Decay.Linear, 4, 1)]
    [InlineData(Decay.Linear, 9, 0.55)]
    [InlineData(Decay.Linear, 14, 0.1)]
    [InlineData(Decay.Cosine, 9, 0.55)]
    [InlineData(Decay.Cosine, 14, 0.1)]
    [InlineData(Decay.None, 14, 1)]
    public void It_rises_to_the_peak_and_falls_to_the_floor(Decay shape, int step, double share) =>
        Assert.Equal(share * 2e-3, new Schedule(2e-3, 4, shape, 0.1).At(step, 14), 12);

    [Fact] // half of (1 + cos 45°)
    public void A_cosine_lingers_at_the_top() => Assert.Equal((1 + Math.Sqrt(0.5)) / 2, new Schedule(1, 0, Decay.Cosine).At(25, 100), 12);
}
