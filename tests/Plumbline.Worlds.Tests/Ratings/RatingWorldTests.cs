using Plumbline.Worlds.Ratings;

namespace Plumbline.Worlds.Tests.Ratings;

public sealed class RatingWorldTests
{
    private readonly RatingWorld _world = RatingWorld.Draw(7, 3);

    [Fact]
    public void The_same_seed_is_the_same_world_and_weights_have_length_one()
    {
        Assert.Equal(_world.Weights, RatingWorld.Draw(7, 3).Weights);
        Assert.NotEqual(_world.Weights, RatingWorld.Draw(8, 3).Weights);
        Assert.Equal(1, _world.Weights.Sum(weight => weight * weight), 12);
    }

    [Fact] // an answer along the weights is worth its length: 2 is graded 5.5 + 1.5·2 = 8.5, rounded up
    public void A_rater_without_noise_grades_what_an_answer_is_worth()
    {
        double[] good = [.. _world.Weights.Select(weight => 2.001 * weight)], bad = [.. _world.Weights.Select(weight => -20 * weight)];
        Assert.Equal(2.001, _world.Worth(good), 12);
        Assert.Equal(9, _world.Grade(good, 0, new Draws(1, "test")));
        Assert.Equal(1, _world.Grade(bad, 0, new Draws(1, "test")));
    }

    [Fact] // mean of 4000 normal draws: deviation 1/√4000 = 0.016
    public void Answers_scatter_around_their_policy()
    {
        var draws = new Draws(1, "test");
        var answers = Enumerable.Range(0, 4000).Select(_ => RatingWorld.Answer([1, 0, -1], draws)).ToArray();
        Assert.Equal(1, answers.Average(answer => answer[0]), 0.08);
        Assert.Equal(-1, answers.Average(answer => answer[2]), 0.08);
        Assert.Equal(1, answers.Average(answer => answer[1] * answer[1]), 0.12);
    }
}
