using Plumbline.Training.Games;

namespace Plumbline.Training.Tests.Games;

public sealed class PreferenceGameTests
{
    private static readonly PreferenceGame Circle = new([[.5, .9, .3], [.1, .5, .8], [.7, .2, .5]]);

    [Fact] // by hand: r(1) = .5·.6 + .9·.3 + .3·.1 = .60, r(2) = .06 + .15 + .08 = .29, r(3) = .42 + .06 + .05 = .53
    public void Gains_are_how_often_each_answer_beats_the_policy()
    {
        Assert.Equal([.60, .29, .53], Circle.Gains([.6, .3, .1]), Close);
        Assert.Equal(.6 * .60 + .3 * .29 + .1 * .53, Circle.Payoff([.6, .3, .1], [.6, .3, .1]), 12);
    }

    [Fact]
    public void Against_itself_every_policy_wins_half_of_the_time() =>
        Assert.Equal(0.5, Circle.Payoff([.2, .5, .3], [.2, .5, .3]), 12);

    [Fact] // (1/3, 2/9, 4/9): every answer wins half of the time against it
    public void The_gap_is_0_at_the_equilibrium_and_above_it_elsewhere()
    {
        Assert.Equal(0, Circle.DualityGap([1 / 3.0, 2 / 9.0, 4 / 9.0]), 12);
        Assert.Equal(0.6, Circle.DualityGap([0, 0, 1]), 12); // the second answer beats the third 8 times of 10: 2 · .8 − 1
    }

    [Fact]
    public void A_game_of_scores_is_won_by_the_highest_score()
    {
        var game = PreferenceGame.OfScores([0, 1, 3]);
        Assert.Equal(1 / (1 + Math.Exp(-2)), game.Wins(2, 1), 12);
        Assert.Equal(0, game.DualityGap([0, 0, 1]), 12);
    }

    [Theory]
    [InlineData(.5, .6, .6, .5)]
    [InlineData(.4, .6, .4, .5)]
    [InlineData(.5, 1.2, -.2, .5)]
    [InlineData(.5, double.NaN, .5, .5)]
    public void What_is_no_preference_is_refused(double a, double b, double c, double d) =>
        Assert.Contains("add up to 1", Assert.Throws<ArgumentException>(() => new PreferenceGame([[a, b], [c, d]])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_policy_of_another_size_is_refused() => Assert.Throws<ArgumentException>(() => Circle.Gains([.5, .5]));

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;
}
