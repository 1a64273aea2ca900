using Plumbline.Worlds.Chains;

namespace Plumbline.Worlds.Tests.Chains;

public sealed class ChainWorldTests
{
    private static readonly ChainProblem Chain = new(7, [5, -4, -9]); // 12 → 2, −2 → 8, −1 → 9

    [Fact]
    public void A_chain_goes_round_at_ten()
    {
        Assert.Equal("from seven plus five minus four minus nine ?", Chain.Question);
        Assert.Equal([2, 8, 9], Chain.Values);
        Assert.Equal("two eight nine", Chain.Solution);
    }

    [Theory]
    [InlineData("two eight nine", true, null, 3)]
    [InlineData("two nine zero", false, 2, 2)]   // 2 − 4 is 8, but 9 − 9 is 0: the third step follows from the second as it was written
    [InlineData("three nine nine", true, 1, 1)]  // right by chance
    [InlineData("two eight", false, 3, 2)]
    [InlineData("two eight nine nine", false, 4, 3)]
    [InlineData("two what nine", true, 2, 1)]    // nothing follows from what is no number
    [InlineData("", false, 1, 0)]
    public void Each_step_is_checked_by_the_one_before_as_it_was_written(string solution, bool right, int? firstWrong, int steps)
    {
        var found = Chain.Check(solution);
        Assert.Equal((right, firstWrong, steps), (found.Right, found.FirstWrong, found.Steps.Count(step => step)));
    }

    [Fact]
    public void Solutions_are_right_and_spoilt_ones_are_wrong_from_one_step_on()
    {
        for (var index = 0; index < 200; index++)
        {
            var draws = new Draws(1, "chains", index);
            var problem = ChainWorld.Draw(draws, 1 + index % 4);
            Assert.True(problem.Check(problem.Solution) is { Right: true, FirstWrong: null, StepAccuracy: 1 });
            var spoilt = problem.Check(problem.Spoil(draws));
            Assert.False(spoilt.Right);
            Assert.Single(spoilt.Steps, step => !step);
            Assert.All($"{problem.Question} {problem.Solution}".Split(' '), word => Assert.Contains(word, ChainWorld.Words));
        }
    }
}
