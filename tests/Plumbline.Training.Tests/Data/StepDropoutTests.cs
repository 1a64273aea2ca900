namespace Plumbline.Training.Tests.Data;

public sealed class StepDropoutTests
{
    private static readonly int[] Prompt = [1, 2];
    private static readonly int[][] Steps = [[10, 11], [20, 21, 22], [30, 31]];

    [Fact]
    public void Without_chance_every_step_stays_and_the_prompt_is_not_trained()
    {
        var example = new StepDropout(0).Apply(Prompt, Steps, new(1, "test"));
        Assert.Equal([1, 2, 10, 11, 20, 21, 22, 30, 31], example.Ids);
        Assert.Equal(7, example.Trained);
    }

    [Fact] // each of two steps with 0.25: 400 · 0.75 = 300 ± 3.5 · √(400 · 0.25 · 0.75) = 30
    public void Each_step_but_the_last_is_left_out_by_itself_as_often_as_is_said()
    {
        var examples = Enumerable.Range(0, 400).Select(index => new StepDropout(0.25).Apply(Prompt, Steps, new(1, "test", index)).Ids).ToArray();
        Assert.InRange(examples.Count(ids => ids.Contains(10)), 270, 330);
        Assert.InRange(examples.Count(ids => ids.Contains(20)), 270, 330);
        Assert.InRange(examples.Count(ids => ids.Contains(10) && ids.Contains(20)), 190, 260); // 400 · 0.75² = 225: they do not go together
        Assert.All(examples, ids => Assert.Equal([1, 2, .. ids.Contains(10) ? Steps[0] : [], .. ids.Contains(20) ? Steps[1] : [], 30, 31], ids));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_chance_that_is_none_is_refused(double chance) => Assert.Throws<ArgumentOutOfRangeException>(() => new StepDropout(chance));
}
