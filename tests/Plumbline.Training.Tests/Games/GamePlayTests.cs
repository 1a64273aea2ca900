using Plumbline.Models;
using Plumbline.Training.Games;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Games;

public sealed class GamePlayTests
{
    private static readonly PreferenceGame Circle = new([[.5, .9, .3], [.1, .5, .8], [.7, .2, .5]]);
    private static readonly double[] Mixed = [.6, .3, .1], Even = [1 / 3.0, 1 / 3.0, 1 / 3.0], Equilibrium = [1 / 3.0, 2 / 9.0, 4 / 9.0];

    [Fact] // .6·e^.30 : .3·e^.145 : .1·e^.265
    public void A_round_of_mirror_descent_multiplies_by_the_exponential_of_the_gains() =>
        Assert.Equal([.629270, .269458, .101271], GamePlay.MirrorDescent(Circle, Mixed, .5).ElementAt(1), Close);

    [Fact] // the same as two half steps from an anchor
    public void The_optimistic_form_in_one_line_is_that_of_two_half_steps()
    {
        double[] anchor = [.. Mixed], policy = anchor;
        foreach (var played in GamePlay.OptimisticMirrorDescent(Circle, Mixed, .5).Take(20).Skip(1))
        {
            var gains = Circle.Gains(policy);
            anchor = RegularisedOptimum.Policy(anchor, gains, 2);
            policy = RegularisedOptimum.Policy(anchor, gains, 2);
            Assert.Equal(policy, played, (expected, actual) => Math.Abs(expected - actual) < 1e-12);
        }
    }

    [Fact]
    public void Optimistic_play_comes_to_the_equilibrium_and_plain_play_circles()
    {
        Assert.True(Circle.DualityGap(GamePlay.OptimisticMirrorDescent(Circle, Mixed, .5).ElementAt(3000)) < 1e-4);
        Assert.True(Circle.DualityGap(GamePlay.MirrorDescent(Circle, Mixed, .5).ElementAt(3000)) > 0.2);
        Assert.Equal(Equilibrium, GamePlay.OptimisticMirrorDescent(Circle, Mixed, .5).ElementAt(3000), (expected, actual) => Math.Abs(expected - actual) < 1e-3);
    }

    [Fact] // τ/η = .25, η = 1, even reference
    public void A_pull_to_a_reference_moves_the_anchor_towards_it()
    {
        Assert.Equal([.595478, .259694, .144828], GamePlay.RegularisedMirrorDescent(Circle, Mixed, Even, 1, .25).ElementAt(1), Close);
        Assert.Equal(GamePlay.MirrorDescent(Circle, Mixed, 1).ElementAt(5), GamePlay.RegularisedMirrorDescent(Circle, Mixed, Even, 1, 0).ElementAt(5), (expected, actual) => Math.Abs(expected - actual) < 1e-12);
    }

    [Fact]
    public void Two_players_who_start_alike_stay_alike_and_play_as_one()
    {
        var pool = GamePlay.Multiplayer(Circle, [Mixed, Mixed], .5).ElementAt(7);
        Assert.Equal(pool[0], pool[1]);
        Assert.Equal(GamePlay.MirrorDescent(Circle, Mixed, .5).ElementAt(7), pool[0], (expected, actual) => Math.Abs(expected - actual) < 1e-12);
    }

    [Fact] // least squares over all pairs, as often as the policy draws them: E (Δ − η/2·sign)² with Δ = log π/anchor of the winner less of the loser
    public void The_square_loss_on_judged_pairs_has_the_step_as_its_minimiser()
    {
        using var scope = NewDisposeScope();
        LibTorchIsThere();
        var step = GamePlay.MirrorDescent(Circle, Mixed, .5).ElementAt(1);
        var logits = tensor(step.Select(share => Math.Log(share)).ToArray()).requires_grad_(true);
        var anchor = tensor(Mixed.Select(share => Math.Log(share)).ToArray());
        var loss = zeros(1, ScalarType.Float64);
        for (var one = 0; one < 3; one++)
        {
            for (var other = 0; other < 3; other++)
            {
                var margin = logits[one] - anchor[one] - (logits[other] - anchor[other]);
                loss = loss.Plus(margin.Minus(.5 / 2).Squared().Times(Mixed[one] * Mixed[other] * Circle.Wins(one, other)));
            }
        }
        loss.backward();
        Assert.All(logits.grad!.data<double>().ToArray(), slope => Assert.True(Math.Abs(slope) < 1e-12, $"{slope}"));
    }

    private static void LibTorchIsThere() => Models.LibTorch.EnsureLoaded();

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 6e-7;
}
