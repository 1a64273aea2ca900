namespace Plumbline.Training.Tests.Data.Labelling;

public sealed class ControlledRatingsTests
{
    [Theory] // worked by hand: 4−5 = −1 → −1 + 5 + 5 = 9; 0 + 3 + 4 = 7; −1 − 2 − 1 = −4; 0
    [InlineData(false, new double[] { 4, 5, 5 }, 9)]
    [InlineData(false, new double[] { 5, 3, 4 }, 7)]
    [InlineData(true, new double[] { 4, 5, 5 }, -4)]
    [InlineData(true, new double[] { 5, 3, 4 }, 0)]
    public void An_answer_is_worth_its_ratings_and_loses_by_its_distance_to_levels_that_are_asked_for(bool all, double[] ratings, double expected) =>
        Assert.Equal(expected, new ControlledRatings(all ? [5, 3, 4] : [5, null, null]).Reward(ratings));

    [Fact] // −2·|2 − 4| + 3·5 = 11; the third counts for nothing
    public void Weights_say_what_a_level_of_distance_costs_and_what_a_level_is_worth() =>
        Assert.Equal(11, new ControlledRatings([4, null, null]) { Distances = [2, 9, 9], Weights = [9, 3, 0] }.Reward([2, 5, 5]));

    [Fact]
    public void Ratings_without_a_level_or_a_weight_of_their_own_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ControlledRatings([5, null]).Reward([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => new ControlledRatings([5, null]) { Weights = [1] }.Reward([1, 2]));
    }

    [Fact] // 3000 draws: a share of ½ has deviation 0.009, one of 1/10 has 0.005
    public void Each_rating_is_asked_for_as_often_as_said_and_at_any_level()
    {
        var draws = new Draws(1, "test");
        var asked = Enumerable.Range(0, 1000).SelectMany(_ => ControlledRatings.Draw(draws, 3).Asked).ToArray();
        Assert.InRange(asked.Count(level => level is not null) / 3000.0, 0.46, 0.54);
        Assert.All(Enumerable.Range(1, 5), level => Assert.InRange(asked.Count(each => each == level) / 3000.0, 0.075, 0.125));
        Assert.All(ControlledRatings.Draw(draws, 4, asked: 0).Asked, Assert.Null);
    }
}
